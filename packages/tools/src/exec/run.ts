import { randomUUID } from 'node:crypto';
import type { Clock, Logger } from '@chela/observability';
import type { CallContext } from '../call/call-context.ts';
import type { Sandbox, SandboxLaunch } from '../sandbox/sandbox.ts';
import type { ToolResult } from '../tool.ts';
import { type RunningChild, type SpawnRequest, spawnChild } from './child.ts';
import type { CommandRecords } from './command-records.ts';
import { COMMAND_MARK, killMarked } from './marked-processes.ts';
import { finishedResult, progressResult, runningResult } from './outcome.ts';
import type { CommandSession, ProcessRegistry } from './process-registry.ts';
import { spawnOnTerminal } from './pty.ts';
import { shellFor } from './shell.ts';
import type { Workdir } from './workdir.ts';

/** Viewers get interim output at most this often. */
const PROGRESS_INTERVAL_MS = 250;

/** A command that may run, with everything decided. */
export interface CommandRun {
  readonly command: string;
  readonly workdir: Workdir;
  readonly env: Readonly<Record<string, string>>;
  readonly terminal: boolean;
  readonly timeoutSec: number;
  /** Time after which the call ends and the command goes on; undefined waits for its end. */
  readonly yieldMs: number | undefined;
  readonly keepMs: number;
  readonly scopeKey: string;
  readonly warnings: string[];
  /** Where it runs instead of on this host; `workdir.path` is a folder inside then. */
  readonly sandbox?: Sandbox;
  /** Called when the command goes on without its call. */
  readonly onBackground?: (session: CommandSession) => void;
}

export interface CommandRunner {
  /** Starts the command and waits until it ends, yields or the turn is aborted. */
  run(request: CommandRun, context: CallContext): Promise<ToolResult>;
  /** Starts a command that outlives its call from the beginning. */
  startDetached(request: CommandRun, owner: { agentId: string; sessionKey: string }): Promise<CommandSession>;
}

/** Calls `task` at most once per interval: at once when the last call is long ago, else when the interval is over. */
function throttle(clock: Clock, task: () => void): { readonly touch: () => void; readonly cancel: () => void } {
  let cancel: (() => void) | undefined;
  let again = false;
  const rest = (): void => {
    cancel = clock.after(PROGRESS_INTERVAL_MS, () => {
      cancel = undefined;
      if (!again) return;
      again = false;
      task();
      rest();
    });
  };
  return {
    touch() {
      if (cancel) {
        again = true;
        return;
      }
      task();
      rest();
    },
    cancel() {
      cancel?.();
      again = false;
    },
  };
}

export function createCommandRunner(deps: {
  readonly registry: ProcessRegistry;
  readonly clock: Clock;
  readonly records: CommandRecords;
  readonly logger: Logger;
  /** The gateway's own environment: it says which shell runs commands, a call does not. */
  readonly env: Readonly<Record<string, string | undefined>>;
}): CommandRunner {
  const { registry, clock, records, logger } = deps;

  async function launch(request: CommandRun, mark: string): Promise<SandboxLaunch> {
    const { command, terminal, env, sandbox } = request;
    if (sandbox !== undefined) return sandbox.launch({ command, terminal, env, mark, workdir: request.workdir.path });
    return { program: await shellFor(command, deps.env), cwd: request.workdir.path, env };
  }

  /** Starts the command under a mark, and takes back what it took when it ends. */
  async function spawn(request: CommandRun, onOutput: (text: string) => void): Promise<RunningChild> {
    const mark = randomUUID();
    const { program, cwd, env, container, sweep, release } = await launch(request, mark);
    const end = async (): Promise<void> => {
      await Promise.all([release?.(), records.remove(mark)]).catch((error: unknown) => {
        logger.warn('a command left something of its own behind', { mark, error });
      });
    };
    try {
      await records.add(mark, container);
      const marked = { ...env, [COMMAND_MARK]: mark };
      const child = await spawnProgram(request, { shell: program, cwd, env: marked, onOutput });
      return {
        ...child,
        exited: child.exited.then(async (exit) => {
          await end();
          return exit;
        }),
        async sweep() {
          await Promise.all([killMarked([mark]), sweep?.()]);
        },
      };
    } catch (error) {
      await end();
      throw error;
    }
  }

  async function spawnProgram(request: CommandRun, spawnRequest: SpawnRequest): Promise<RunningChild> {
    if (!request.terminal) return spawnChild(spawnRequest);
    return spawnOnTerminal(spawnRequest).catch((error: unknown) => {
      request.warnings.push(
        `Warning: PTY spawn failed (${String(error)}); retrying without PTY for \`${request.command}\`.`,
      );
      return spawnChild(spawnRequest);
    });
  }

  function start(
    request: CommandRun,
    owner: { readonly agentId: string; readonly sessionKey: string },
    onOutput?: () => void,
  ): Promise<CommandSession> {
    return registry.start({
      scopeKey: request.scopeKey,
      sessionKey: owner.sessionKey,
      agentId: owner.agentId,
      command: request.command,
      cwd: request.workdir.shown,
      timeoutMs: request.timeoutSec * 1000,
      keepMs: request.keepMs,
      spawn: (onText) => spawn(request, onText),
      ...(onOutput && { onOutput }),
    });
  }

  function letGo(request: CommandRun, session: CommandSession): ToolResult {
    registry.background(session);
    request.onBackground?.(session);
    return runningResult(session, request.warnings);
  }

  async function run(request: CommandRun, context: CallContext): Promise<ToolResult> {
    const { signal } = context;
    signal.throwIfAborted();
    let session: CommandSession | undefined;
    const progress = throttle(clock, () => {
      if (session) context.onUpdate?.(progressResult(session, request.warnings));
    });
    session = await start(request, context, () => progress.touch());
    const started = session;
    if (request.yieldMs === 0) {
      progress.cancel();
      return letGo(request, started);
    }

    const yielded = Promise.withResolvers<'yielded'>();
    const aborted = Promise.withResolvers<'aborted'>();
    const onAbort = (): void => aborted.resolve('aborted');
    signal.addEventListener('abort', onAbort, { once: true });
    // An abort while the command was starting has fired already.
    if (signal.aborted) onAbort();
    const cancelYield =
      request.yieldMs === undefined ? undefined : clock.after(request.yieldMs, () => yielded.resolve('yielded'));
    try {
      const first = await Promise.race([started.ended, yielded.promise, aborted.promise]);
      if (first === 'aborted') {
        registry.terminate(started);
        throw signal.reason;
      }
      if (first === 'yielded') return letGo(request, started);
      return finishedResult(started, first, request.timeoutSec, request.warnings);
    } finally {
      cancelYield?.();
      progress.cancel();
      signal.removeEventListener('abort', onAbort);
    }
  }

  return {
    run,
    async startDetached(request, owner) {
      const session = await start(request, owner);
      registry.background(session);
      return session;
    },
  };
}
