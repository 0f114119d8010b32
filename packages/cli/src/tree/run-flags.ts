import { gatewayPort } from '@chela/config';
import type { Command } from 'commander';
import { type CliContext, CliFailure, type GatewayRunOptions } from '../context.ts';
import { loadConfig } from '../loaded-config.ts';

/** The flags of a gateway start as commander reads them (reference cli/commands.json). */
export interface RunFlags {
  readonly port?: string;
  readonly bind?: string;
  readonly token?: string;
  readonly auth?: string;
  readonly password?: string;
  readonly tailscale?: string;
  readonly tailscaleResetOnExit?: boolean;
  readonly allowUnconfigured?: boolean;
  readonly dev?: boolean;
  readonly reset?: boolean;
  readonly force?: boolean;
  readonly verbose?: boolean;
  readonly claudeCliLogs?: boolean;
  readonly wsLog?: string;
  readonly rawStream?: boolean;
  readonly rawStreamPath?: string;
  readonly warmUp?: boolean;
}

const BIND_MODES = ['loopback', 'lan', 'tailnet', 'auto', 'custom'];
const AUTH_MODES = ['token', 'password', 'trusted-proxy'];
const TAILSCALE_MODES = ['off', 'serve', 'funnel'];
const WS_LOG_STYLES = ['auto', 'full', 'compact'];
const MAX_PORT = 65_535;

/** The flags of a gateway start, on `gateway` itself and on `gateway run`. */
export function withRunFlags(command: Command): Command {
  return command
    .option('--port <port>', 'port to listen on; 0 picks a free one')
    .option('--bind <mode>', `who may connect: ${BIND_MODES.join(', ')}`)
    .option('--token <token>', 'shared token clients must present; also set for what the gateway starts')
    .option('--auth <mode>', `how clients prove themselves: ${AUTH_MODES.join(', ')}`)
    .option('--password <password>', 'shared password clients must present; also set for what the gateway starts')
    .option(
      '--tailscale <mode>',
      'hand the port to Tailscale: off, serve (your tailnet), funnel (everybody; needs a password)',
    )
    .option('--tailscale-reset-on-exit', 'take the port back from Tailscale when the gateway stops')
    .option('--allow-unconfigured', 'start even when the configuration does not say gateway.mode=local')
    .option('--dev', 'make a development configuration and workspace when there are none')
    .option('--reset', 'with --dev: set configuration, credentials, sessions and workspace aside first')
    .option('--force', 'end whatever listens on the port first')
    .option('--verbose', 'show debug lines on the console')
    .option('--claude-cli-logs', 'write to the log what programs that answer as models print')
    .option('--ws-log <style>', `${WS_LOG_STYLES.join(', ')}: accepted; the log has one style`, 'auto')
    .option('--compact', 'accepted; the log has one style')
    .option('--raw-stream', 'not part of this release')
    .option('--raw-stream-path <path>', 'not part of this release')
    .option('--warm-up', 'start, become ready, stop; used when the executable is built');
}

function parsePort(text: string): number {
  const port = Number(text);
  if (text.trim() === '' || !Number.isInteger(port) || port < 0 || port > MAX_PORT)
    throw new CliFailure([`Invalid port "${text}": use a number from 0 to ${MAX_PORT}`]);
  return port;
}

function oneOf(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new CliFailure([`Invalid --${name} (use ${allowed.map((word) => `"${word}"`).join(', ')})`]);
}

/** What was asked for and cannot be had is refused: a gateway that runs without it would surprise its owner. */
function refuseUnsupported(flags: RunFlags): void {
  const asked = [
    ...(flags.rawStream ? ['--raw-stream'] : []),
    ...(flags.rawStreamPath !== undefined ? ['--raw-stream-path'] : []),
  ];
  if (asked.length === 0) return;
  throw new CliFailure([`Not supported in this release: ${asked.join(', ')}. Leave it away to start the gateway.`]);
}

/** Checks the flags of a start. Throws CliFailure with what is wrong. */
export function runOptions(flags: RunFlags): GatewayRunOptions {
  oneOf('bind', flags.bind, BIND_MODES);
  oneOf('auth', flags.auth, AUTH_MODES);
  oneOf('tailscale', flags.tailscale, TAILSCALE_MODES);
  oneOf('ws-log', flags.wsLog, WS_LOG_STYLES);
  refuseUnsupported(flags);
  if (flags.reset && !flags.dev) throw new CliFailure(['Use --reset with --dev.']);
  return {
    allowUnconfigured: flags.allowUnconfigured === true,
    force: flags.force === true,
    verbose: flags.verbose === true,
    warmUp: flags.warmUp === true,
    tailscaleResetOnExit: flags.tailscaleResetOnExit === true,
    ...(flags.port !== undefined && { port: parsePort(flags.port) }),
    ...(flags.bind !== undefined && { bind: flags.bind }),
    ...(flags.token !== undefined && { token: flags.token }),
    ...(flags.auth !== undefined && { auth: flags.auth }),
    ...(flags.tailscale !== undefined && { tailscale: flags.tailscale }),
    ...(flags.password !== undefined && { password: flags.password }),
  };
}

/** Runs the gateway in this process: frees the port and prepares development state first where that is asked for. */
export async function startGateway(context: CliContext, flags: RunFlags): Promise<void> {
  const options = runOptions(flags);
  // Commands that the gateway's agents start find the gateway with these.
  if (flags.claudeCliLogs) context.env.OPENCLAW_CLAUDE_CLI_LOG_OUTPUT = '1';
  if (options.token) context.env.OPENCLAW_GATEWAY_TOKEN = options.token;
  if (options.password) context.env.OPENCLAW_GATEWAY_PASSWORD = options.password;
  if (options.force) {
    const port = options.port ?? gatewayPort((await loadConfig(context)).current, context.env);
    if (port > 0) await (await import('../free-port.ts')).freePort(context, port);
  }
  if (flags.dev) await (await import('../dev-setup.ts')).prepareDevState(context, flags.reset === true);
  const code = await context.runGateway(options);
  if (code !== 0) throw new CliFailure([], code);
}
