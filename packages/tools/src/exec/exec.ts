import type { Config } from '@chela/config';
import {
  isRecord,
  optionalFlag,
  optionalNumber,
  optionalText,
  rawText,
  type ToolArguments,
} from '../call/arguments.ts';
import type { BuiltInTool, CallContext } from '../call/call-context.ts';
import { ToolInputError } from '../call/tool-input-error.ts';
import { contractParameters } from '../contract-parameters.ts';
import type { SystemEventRoom } from '../rooms/approvals.ts';
import type { ToolResult } from '../tool.ts';
import { execSummary } from './command-summary.ts';
import { elevatedRefusal } from './elevated.ts';
import { assertHostEnvironment, childEnvironment } from './environment.ts';
import { announceExit } from './exit-notice.ts';
import type { HostGate } from './host-gate.ts';
import { resolveHost } from './permission.ts';
import { preflight } from './preflight.ts';
import type { CommandRun, CommandRunner } from './run.ts';
import { asExecAsk, asExecHost, asExecSecurity, clampYield, type ExecSettings, execSettings } from './settings.ts';
import { resolveWorkdir } from './workdir.ts';

/** Longest timer the platform keeps, in seconds. */
const TIMEOUT_MAX_SEC = 2_000_000;
const NO_BACKGROUND = 'Warning: background execution is disabled; running synchronously.';
const NO_NODE =
  'exec host=node requires a paired node (none available). Pair a node first, or set tools.exec.host to gateway.';

export interface ExecToolDeps {
  readonly config: () => Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly runner: CommandRunner;
  readonly hostGate: HostGate;
  readonly systemEvents: SystemEventRoom | undefined;
  /** PATH of the user's login shell, for commands on the gateway's host. */
  readonly loginPath: () => Promise<string | undefined>;
}

function variables(args: ToolArguments): Record<string, string> {
  const given = isRecord(args.env) ? args.env : {};
  const pairs = Object.entries(given).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return Object.fromEntries(pairs);
}

/** When the call ends before the command does; a caller without `process` could never look after it again. */
function yieldAfter(args: ToolArguments, settings: ExecSettings, context: CallContext, warnings: string[]) {
  const background = optionalFlag(args, 'background') === true;
  const asked = optionalNumber(args, 'yieldMs');
  if (!context.offered.has('process')) {
    if (background || asked !== undefined) warnings.push(NO_BACKGROUND);
    return undefined;
  }
  if (background) return 0;
  return asked === undefined ? settings.yieldMs : clampYield(asked);
}

/** Commands of a scope share their list: one session, else one agent. */
export function processScope(context: { readonly sessionKey: string; readonly agentId: string }): string {
  return context.sessionKey === '' ? `agent:${context.agentId}` : context.sessionKey;
}

/** The `exec` tool (reference agent/tools.md §4). */
export function createExecTool(deps: ExecToolDeps): BuiltInTool {
  async function run(args: ToolArguments, context: CallContext): Promise<ToolResult> {
    const command = rawText(args, 'command') ?? '';
    if (command === '') throw new ToolInputError('Provide a command to start.');
    const config = deps.config();
    const settings = execSettings(config, context.agentId, deps.env);
    const warnings: string[] = [];
    const yieldMs = yieldAfter(args, settings, context, warnings);
    if (optionalFlag(args, 'elevated') === true) throw new Error(elevatedRefusal(config, context));
    const host = resolveHost(settings.host, asExecHost(args.host));
    const env = variables(args);
    if (host !== 'sandbox') assertHostEnvironment(env);
    if (host === 'node') throw new Error(NO_NODE);
    const workdir = await resolveWorkdir(optionalText(args, 'workdir'), context.workspaceDir, deps.homeDir);
    if (workdir.warning !== undefined) warnings.push(workdir.warning);
    await preflight(command, workdir.path, deps.homeDir, context.signal);

    const asked = optionalNumber(args, 'timeout') ?? 0;
    const base = { ...deps.env };
    const loginPath = host === 'gateway' ? await deps.loginPath() : undefined;
    if (loginPath !== undefined) base.PATH = loginPath;
    const request: CommandRun = {
      command,
      workdir,
      env: childEnvironment(base, env, settings.pathPrepend),
      terminal: optionalFlag(args, 'pty') === true,
      timeoutSec: Math.min(asked > 0 ? asked : settings.timeoutSec, TIMEOUT_MAX_SEC),
      yieldMs,
      keepMs: settings.cleanupMs,
      scopeKey: processScope(context),
      warnings,
      onBackground: (session) => announceExit(session, settings, deps.systemEvents),
    };
    if (host === 'sandbox') return deps.runner.run(request, context);
    const wish = { security: asExecSecurity(args.security), ask: asExecAsk(args.ask) };
    return deps.hostGate.run(request, settings, wish, context);
  }

  return {
    name: 'exec',
    description:
      'Run a shell command. It goes to the background after yieldMs (or at once with background), where the process tool looks after it; timeout is in seconds; pty gives it a terminal.',
    parameters: contractParameters('exec'),
    sideEffects: 'possible',
    summary: execSummary,
    run,
  };
}
