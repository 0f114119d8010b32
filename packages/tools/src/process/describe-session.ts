import type { CommandSession, FinishedRun } from '../exec/process-registry.ts';

export type SessionStatus = 'running' | 'completed' | 'failed';

/** How a command stands; one that was ended from outside has failed, whatever its exit code. */
export function sessionStatus(session: CommandSession): SessionStatus {
  const run = session.finished();
  if (run === undefined) return 'running';
  return run.timedOut || run.exit.code === undefined ? 'failed' : 'completed';
}

/** How a command ended, as poll says it: `code 0` or `signal SIGTERM`. */
export function exitWords(run: FinishedRun): string {
  return run.exit.signal === undefined ? `code ${run.exit.code ?? 0}` : `signal ${run.exit.signal}`;
}

/** A duration in its two largest units: `899ms`, `12s`, `3m5s`, `2h10m`. */
export function compactDuration(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${seconds % 60}s`;
  return `${Math.floor(minutes / 60)}h${minutes % 60}m`;
}

/** One line of `process list`. */
export function sessionLine(session: CommandSession, now: number): string {
  const runtime = (session.finished()?.endedAt ?? now) - session.startedAt;
  const status = sessionStatus(session).padEnd(9);
  return `${session.id} ${status} ${compactDuration(runtime)} :: ${session.name ?? session.command}`;
}

/** The facts of one session in the details of `process list`. */
export function sessionDetails(session: CommandSession, now: number): Readonly<Record<string, unknown>> {
  const run = session.finished();
  return {
    sessionId: session.id,
    status: sessionStatus(session),
    ...(run === undefined ? { pid: session.pid } : {}),
    startedAt: session.startedAt,
    ...(run === undefined ? {} : { endedAt: run.endedAt }),
    runtimeMs: (run?.endedAt ?? now) - session.startedAt,
    cwd: session.cwd,
    command: session.command,
    name: session.name,
    tail: session.output.tail(),
    truncated: session.output.truncated(),
    ...(run?.exit.code === undefined ? {} : { exitCode: run.exit.code }),
    ...(run?.exit.signal === undefined ? {} : { exitSignal: run.exit.signal }),
  };
}
