/**
 * Owner of every command that tools start: nothing else signals, waits for or forgets one. A command is in the
 * foreground until its call hands it over (`background`), then it stays until it ended and its result was kept for a
 * while. Bounds: running commands, finished ones, and the output of each.
 */
import type { Clock, Logger } from '@chela/observability';
import type { ChildExit, RunningChild } from './child.ts';
import { commandName } from './command-name.ts';
import { KILL_GRACE_MS, signalGroup } from './kill-group.ts';
import { createOutputBuffer, type OutputBuffer } from './output-buffer.ts';
import type { OutputLimits } from './output-limits.ts';
import { sessionSlug } from './session-slug.ts';

const RUNNING_LIMIT = 64;
const FINISHED_LIMIT = 128;
/** Time between the kill and giving up output that a stranger to the group holds open. */
const ABANDON_GRACE_MS = 500;

export interface FinishedRun {
  readonly exit: ChildExit;
  readonly timedOut: boolean;
  readonly endedAt: number;
}

export interface CommandSession {
  readonly id: string;
  /** Only callers of the same scope see the command. */
  readonly scopeKey: string;
  readonly sessionKey: string;
  readonly agentId: string;
  readonly command: string;
  readonly name: string | undefined;
  readonly cwd: string;
  readonly startedAt: number;
  readonly output: OutputBuffer;
  readonly pid: number;
  /** True when it ran past its call. */
  backgrounded(): boolean;
  finished(): FinishedRun | undefined;
  /** Settles when the command ended. Never rejects. */
  readonly ended: Promise<FinishedRun>;
  write(data: string): void;
  endInput(): void;
}

interface StartRequest {
  readonly scopeKey: string;
  readonly sessionKey: string;
  readonly agentId: string;
  readonly command: string;
  readonly cwd: string;
  /** Time after which the command is ended, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a finished background command stays listed. */
  readonly keepMs: number;
  readonly spawn: (onOutput: (text: string) => void) => Promise<RunningChild>;
  /** Called for each piece of output, after it was kept. */
  readonly onOutput?: () => void;
}

export interface ProcessRegistry {
  /** Starts a command in the foreground. Throws when too many run or it cannot be started. */
  start(request: StartRequest): Promise<CommandSession>;
  /** Lets a foreground command live on after its call. */
  background(session: CommandSession): void;
  /** Background commands of a scope: running ones first, then finished ones, each in order of their start. */
  list(scopeKey: string): readonly CommandSession[];
  find(scopeKey: string, id: string): CommandSession | undefined;
  /** Asks a running command to end; kills it after the grace time. */
  terminate(session: CommandSession): void;
  /** Takes a command off the list; a running one should be terminated first. */
  forget(session: CommandSession): void;
  /** Ends everything and waits for it. */
  close(): Promise<void>;
}

interface Entry {
  readonly session: CommandSession;
  readonly child: RunningChild;
  readonly keepMs: number;
  backgrounded: boolean;
  forgotten: boolean;
  terminating: boolean;
  finished: FinishedRun | undefined;
  readonly cancels: Set<() => void>;
}

export function createProcessRegistry(deps: {
  readonly clock: Clock;
  readonly limits: OutputLimits;
  readonly logger: Logger;
}): ProcessRegistry {
  const { clock, limits, logger } = deps;
  const running = new Map<string, Entry>();
  const finished = new Map<string, Entry>();
  let starting = 0;
  let closed = false;

  const entryOf = (session: CommandSession): Entry | undefined => running.get(session.id) ?? finished.get(session.id);

  function later(entry: Entry, delayMs: number, task: () => void): void {
    const cancel = clock.after(delayMs, () => {
      entry.cancels.delete(cancel);
      task();
    });
    entry.cancels.add(cancel);
  }

  function clearTimers(entry: Entry): void {
    for (const cancel of entry.cancels) cancel();
    entry.cancels.clear();
  }

  /** What left the command's group goes with a command that is ended. */
  async function sweep(entry: Entry): Promise<void> {
    await entry.child.sweep?.().catch((error: unknown) => {
      logger.warn('a command was ended, but not all that it started', { sessionId: entry.session.id, error });
    });
  }

  function stop(entry: Entry): void {
    if (entry.finished || entry.terminating) return;
    entry.terminating = true;
    signalGroup(entry.child.pid, 'SIGTERM');
    later(entry, KILL_GRACE_MS, () => {
      signalGroup(entry.child.pid, 'SIGKILL');
      void sweep(entry);
      later(entry, ABANDON_GRACE_MS, () => entry.child.abandon());
    });
  }

  function keep(entry: Entry): void {
    finished.set(entry.session.id, entry);
    later(entry, entry.keepMs, () => finished.delete(entry.session.id));
    const oldest = finished.size > FINISHED_LIMIT ? finished.values().next().value : undefined;
    if (oldest === undefined) return;
    clearTimers(oldest);
    finished.delete(oldest.session.id);
  }

  async function start(request: StartRequest): Promise<CommandSession> {
    if (closed) throw new Error('The gateway is shutting down; no command was started.');
    if (running.size + starting >= RUNNING_LIMIT) {
      throw new Error(`Too many commands are running (${RUNNING_LIMIT}). End some with the process tool first.`);
    }
    const output = createOutputBuffer(limits);
    starting += 1;
    const child = await request
      .spawn((text) => {
        output.append(text);
        request.onOutput?.();
      })
      .finally(() => {
        starting -= 1;
      });
    const startedAt = clock.now();
    const done = Promise.withResolvers<FinishedRun>();
    let timedOut = false;
    const entry: Entry = {
      child,
      keepMs: request.keepMs,
      backgrounded: false,
      forgotten: false,
      terminating: false,
      finished: undefined,
      cancels: new Set(),
      session: {
        id: sessionSlug((slug) => running.has(slug) || finished.has(slug)),
        scopeKey: request.scopeKey,
        sessionKey: request.sessionKey,
        agentId: request.agentId,
        command: request.command,
        name: commandName(request.command),
        cwd: request.cwd,
        startedAt,
        output,
        pid: child.pid,
        backgrounded: () => entry.backgrounded,
        finished: () => entry.finished,
        ended: done.promise,
        write: (data) => child.write(data),
        endInput: () => child.endInput(),
      },
    };
    running.set(entry.session.id, entry);
    later(entry, request.timeoutMs, () => {
      timedOut = true;
      stop(entry);
    });
    void child.exited.then(async (exit) => {
      if (entry.terminating) await sweep(entry);
      clearTimers(entry);
      entry.finished = { exit, timedOut, endedAt: clock.now() };
      running.delete(entry.session.id);
      if (entry.backgrounded && !entry.forgotten && !closed) keep(entry);
      done.resolve(entry.finished);
    });
    // The registry may have been closed while the command was starting.
    if (closed) stop(entry);
    return entry.session;
  }

  const visible = (scopeKey: string) => (entry: Entry) =>
    entry.backgrounded && !entry.forgotten && entry.session.scopeKey === scopeKey;

  return {
    start,
    background(session) {
      const entry = entryOf(session);
      if (entry) entry.backgrounded = true;
    },
    list: (scopeKey) =>
      [...running.values(), ...finished.values()].filter(visible(scopeKey)).map((entry) => entry.session),
    find(scopeKey, id) {
      const entry = running.get(id) ?? finished.get(id);
      return entry?.session.scopeKey === scopeKey && !entry.forgotten ? entry.session : undefined;
    },
    terminate(session) {
      const entry = running.get(session.id);
      if (entry) stop(entry);
    },
    forget(session) {
      const entry = finished.get(session.id);
      if (entry) {
        clearTimers(entry);
        finished.delete(session.id);
        return;
      }
      const live = running.get(session.id);
      if (live) live.forgotten = true;
    },
    async close() {
      closed = true;
      for (const entry of finished.values()) clearTimers(entry);
      finished.clear();
      const live = [...running.values()];
      for (const entry of live) stop(entry);
      await Promise.all(live.map((entry) => entry.session.ended));
    },
  };
}
