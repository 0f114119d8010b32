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
import type { SystemEventRoom, UnfinishedApproval } from '../rooms/approvals.ts';
import type { SkillRoom } from '../rooms/skills.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { ToolResult } from '../tool.ts';
import { execSummary } from './command-summary.ts';
import { elevatedMode, elevatedRefusal, sessionSettings } from './elevated.ts';
import { assertHostEnvironment, childEnvironment, skillVariables } from './environment.ts';
import { announceExit } from './exit-notice.ts';
import type { HostGate } from './host-gate.ts';
import type { NodeHost } from './node/node-host.ts';
import { resolveHost } from './permission.ts';
import { preflight } from './preflight.ts';
import type { CommandRun, CommandRunner } from './run.ts';
import {
  asExecAsk,
  asExecHost,
  asExecSecurity,
  clampYield,
  type ExecHost,
  type ExecSettings,
  execSettings,
} from './settings.ts';
import { resolveWorkdir, sandboxWorkdir, type Workdir } from './workdir.ts';

/** Longest timer the platform keeps, in seconds. */
const TIMEOUT_MAX_SEC = 2_000_000;
const NO_BACKGROUND = 'Warning: background execution is disabled; running synchronously.';
const NO_PATH_THERE = 'Warning: tools.exec.pathPrepend is ignored for host=node.';

export interface ExecToolDeps {
  readonly config: () => Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly runner: CommandRunner;
  readonly hostGate: HostGate;
  readonly nodeHost: NodeHost;
  readonly systemEvents: SystemEventRoom | undefined;
  readonly skills: SkillRoom | undefined;
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

/** What a command was asked for with, before it is resolved against this process; JSON, so that it can wait on disk. */
interface CommandPlan {
  readonly command: string;
  readonly workdir: string | undefined;
  readonly workspaceDir: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly terminal: boolean;
  readonly timeoutSec: number;
}

interface Circumstances {
  readonly settings: ExecSettings;
  readonly scope: { readonly sessionKey: string; readonly agentId: string };
  readonly host: ExecHost;
  readonly yieldMs: number | undefined;
  readonly warnings: readonly string[];
}

const positive = (value: number | undefined): number | undefined => (value && value > 0 ? value : undefined);

export interface ExecTool extends BuiltInTool {
  /** Goes on with a command that waited for a person's word when an earlier process ended. */
  resume(unfinished: UnfinishedApproval): Promise<void>;
}

/** The `exec` tool (reference agent/tools.md §4). */
export function createExecTool(deps: ExecToolDeps): ExecTool {
  /** The command for a sandbox: nothing of the gateway's environment and nothing that skills bring. */
  async function prepareInside(sandbox: Sandbox, plan: CommandPlan, circumstances: Circumstances): Promise<CommandRun> {
    const { pathPrepend } = circumstances.settings;
    const workdir = await sandboxWorkdir(sandbox, plan.workdir);
    const env = childEnvironment({}, plan.variables, pathPrepend);
    return { ...commandRun(plan, circumstances, workdir, env), sandbox };
  }

  async function prepare(plan: CommandPlan, circumstances: Circumstances): Promise<CommandRun> {
    const { settings, scope, host } = circumstances;
    const workdir = await resolveWorkdir(plan.workdir, plan.workspaceDir, deps.homeDir);
    const brought = await deps.skills?.environment(scope.agentId);
    const base = { ...skillVariables(brought ?? {}), ...deps.env };
    const loginPath = host === 'gateway' ? await deps.loginPath() : undefined;
    if (loginPath !== undefined) base.PATH = loginPath;
    const env = childEnvironment(base, plan.variables, settings.pathPrepend);
    return commandRun(plan, circumstances, workdir, env);
  }

  function commandRun(
    plan: CommandPlan,
    { settings, scope, yieldMs, warnings }: Circumstances,
    workdir: Workdir,
    env: Readonly<Record<string, string>>,
  ): CommandRun {
    return {
      command: plan.command,
      workdir,
      env,
      terminal: plan.terminal,
      timeoutSec: plan.timeoutSec,
      yieldMs,
      keepMs: settings.cleanupMs,
      scopeKey: processScope(scope),
      warnings: [...warnings, ...(workdir.warning === undefined ? [] : [workdir.warning])],
      onBackground: (session) => announceExit(session, settings, deps.systemEvents),
    };
  }

  async function run(args: ToolArguments, context: CallContext): Promise<ToolResult> {
    const command = rawText(args, 'command') ?? '';
    if (command === '') throw new ToolInputError('Provide a command to start.');
    const config = deps.config();
    const { exec } = context.scope;
    const elevated = elevatedMode(optionalFlag(args, 'elevated'), exec?.elevated);
    if (elevated === undefined) throw new Error(elevatedRefusal(config, context));
    const settings = sessionSettings(execSettings(config, context.agentId, deps.env), exec, elevated);
    const warnings: string[] = [];
    const yieldMs = yieldAfter(args, settings, context, warnings);
    const host = elevated === 'off' ? resolveHost(settings.host, asExecHost(args.host)) : settings.host;
    const env = variables(args);
    if (host !== 'sandbox') assertHostEnvironment(env);
    const plan: CommandPlan = {
      command,
      workdir: optionalText(args, 'workdir'),
      workspaceDir: context.workspaceDir,
      variables: env,
      terminal: optionalFlag(args, 'pty') === true,
      timeoutSec: Math.min(positive(optionalNumber(args, 'timeout')) ?? settings.timeoutSec, TIMEOUT_MAX_SEC),
    };
    const wish = { security: asExecSecurity(args.security), ask: asExecAsk(args.ask) };
    if (host === 'node') {
      if (settings.pathPrepend.length > 0) warnings.push(NO_PATH_THERE);
      const { timeoutSec, workdir: cwd } = plan;
      const node = { bound: settings.node, asked: optionalText(args, 'node') };
      return deps.nodeHost.run({ command, cwd, env, timeoutSec, wish: node, asked: wish, warnings }, settings, context);
    }
    const circumstances = { settings, scope: context, host, yieldMs, warnings };
    if (host === 'sandbox' && context.sandbox !== undefined) {
      return deps.runner.run(await prepareInside(context.sandbox, plan, circumstances), context);
    }
    const request = await prepare(plan, circumstances);
    await preflight(command, request.workdir.path, deps.homeDir, context.signal);
    if (host === 'sandbox' || elevated === 'full') return deps.runner.run(request, context);
    const { command: _shown, ...continuation } = plan;
    return deps.hostGate.run(request, settings, wish, context, continuation);
  }

  async function resume(unfinished: UnfinishedApproval): Promise<void> {
    const { request: shown, continuation } = unfinished;
    const settings = execSettings(deps.config(), shown.agentId, deps.env);
    if (shown.host === 'node') return deps.nodeHost.resume(unfinished, settings);
    const plan: CommandPlan = {
      command: shown.command,
      workdir: optionalText(continuation, 'workdir'),
      workspaceDir: rawText(continuation, 'workspaceDir') ?? shown.cwd ?? deps.homeDir,
      variables: variables({ env: continuation.variables }),
      terminal: optionalFlag(continuation, 'terminal') === true,
      timeoutSec: optionalNumber(continuation, 'timeoutSec') ?? settings.timeoutSec,
    };
    const circumstances = { settings, scope: shown, host: 'gateway', yieldMs: 0, warnings: [] } as const;
    await deps.hostGate.resume(await prepare(plan, circumstances), settings, unfinished);
  }

  return {
    name: 'exec',
    description:
      'Run a shell command. It goes to the background after yieldMs (or at once with background), where the process tool looks after it; timeout is in seconds; pty gives it a terminal.',
    parameters: contractParameters('exec'),
    sideEffects: 'possible',
    summary: execSummary,
    run,
    resume,
  };
}
