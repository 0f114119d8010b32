import { Command } from 'commander';
import { type CliContext, CliFailure, type GatewayRunOptions } from '../context.ts';

interface RunFlags {
  readonly port?: string;
  readonly bind?: string;
  readonly token?: string;
  readonly auth?: string;
  readonly password?: string;
  readonly allowUnconfigured?: boolean;
  readonly force?: boolean;
  readonly verbose?: boolean;
  readonly warmUp?: boolean;
}

const BIND_MODES = ['loopback', 'lan', 'tailnet', 'auto', 'custom'];
const AUTH_MODES = ['token', 'password', 'trusted-proxy'];
const MAX_PORT = 65_535;

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT)
    throw new CliFailure([`Invalid port "${text}": use a number from 0 to ${MAX_PORT}`]);
  return port;
}

function oneOf(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new CliFailure([`Invalid --${name} (use ${allowed.map((word) => `"${word}"`).join(', ')})`]);
}

function runOptions(flags: RunFlags): GatewayRunOptions {
  oneOf('bind', flags.bind, BIND_MODES);
  oneOf('auth', flags.auth, AUTH_MODES);
  return {
    allowUnconfigured: flags.allowUnconfigured === true,
    force: flags.force === true,
    verbose: flags.verbose === true,
    warmUp: flags.warmUp === true,
    ...(flags.port !== undefined && { port: parsePort(flags.port) }),
    ...(flags.bind !== undefined && { bind: flags.bind }),
    ...(flags.token !== undefined && { token: flags.token }),
    ...(flags.auth !== undefined && { auth: flags.auth }),
    ...(flags.password !== undefined && { password: flags.password }),
  };
}

/** The flags of a gateway start, on `gateway` itself and on `gateway run` (reference cli/commands.json). */
function withRunFlags(command: Command): Command {
  return command
    .option('--port <port>', 'port to listen on; 0 picks a free one')
    .option('--bind <mode>', `who may connect: ${BIND_MODES.join(', ')}`)
    .option('--token <token>', 'shared token clients must present')
    .option('--auth <mode>', `how clients prove themselves: ${AUTH_MODES.join(', ')}`)
    .option('--password <password>', 'shared password clients must present')
    .option('--allow-unconfigured', 'start even when the configuration does not say gateway.mode=local')
    .option('--force', 'end whatever listens on the port first')
    .option('--verbose', 'log more to the console')
    .option('--ws-log <style>', 'accepted for scripts of the original; the log has one style', 'auto')
    .option('--compact', 'accepted for scripts of the original; the log has one style')
    .option('--warm-up', 'start, become ready, stop; used when the executable is built');
}

async function start(context: CliContext, flags: RunFlags): Promise<void> {
  const code = await context.runGateway(runOptions(flags));
  if (code !== 0) throw new CliFailure([], code);
}

function withTargetFlags(command: Command, timeoutMs: number): Command {
  return command
    .option('--url <url>', 'gateway address; needs --token or --password')
    .option('--token <token>', 'shared token')
    .option('--password <password>', 'shared password')
    .option('--timeout <ms>', 'how long to wait', String(timeoutMs));
}

export function gatewayCommand(context: CliContext): Command {
  const gateway = withRunFlags(new Command('gateway').description('run the gateway, or talk to one'));
  gateway.action((flags: RunFlags) => start(context, flags));
  const run = withRunFlags(new Command('run').description('run the gateway in the foreground'));
  run.action((_flags: RunFlags, command: Command) => start(context, command.optsWithGlobals<RunFlags>()));
  const call = withTargetFlags(new Command('call').description('call a gateway method'), 10_000)
    .argument('<method>', 'method name, for example health')
    .option('--params <json>', 'parameters as JSON', '{}')
    .option('--expect-final', 'wait for the second answer of two-stage methods')
    .option('--json', 'print the result only')
    .action(async (method: string, _flags: unknown, command: Command) =>
      (await import('../commands/gateway-call.ts')).gatewayCall(context, method, command.optsWithGlobals()),
    );
  const status = withTargetFlags(new Command('status').description('configuration, port and reachability'), 10_000)
    .option('--no-probe', 'do not ask the gateway')
    .option('--deep', 'look further')
    .option('--json', 'print JSON')
    .action(async (_flags: unknown, command: Command) =>
      (await import('../commands/gateway-status.ts')).gatewayStatus(context, command.optsWithGlobals()),
    );
  const health = withTargetFlags(new Command('health').description('ask the gateway how it is'), 10_000)
    .option('--expect-final', 'accepted for scripts of the original')
    .option('--json', 'print JSON')
    .action(async (_flags: unknown, command: Command) =>
      (await import('../commands/gateway-health.ts')).gatewayHealth(context, command.optsWithGlobals()),
    );
  const probe = withTargetFlags(new Command('probe').description('is a gateway there, and which one'), 3000)
    .option('--json', 'print JSON')
    .action(async (_flags: unknown, command: Command) =>
      (await import('../commands/probe.ts')).probe(context, command.optsWithGlobals()),
    );
  for (const command of [run, call, status, health, probe]) gateway.addCommand(command);
  return gateway;
}
