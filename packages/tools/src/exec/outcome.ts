import { textResult } from '../call/result.ts';
import type { ToolResult } from '../tool.ts';
import type { CommandSession, FinishedRun } from './process-registry.ts';

/** Warnings in front of a result's text: one a line, then a blank line. */
function withWarnings(warnings: readonly string[], text: string): string {
  return warnings.length === 0 ? text : `${warnings.join('\n')}\n\n${text}`;
}

/** What a call says when its command goes on running (reference agent/tools.md ). */
export function runningResult(session: CommandSession, warnings: readonly string[]): ToolResult {
  const text = `Command still running (session ${session.id}, pid ${session.pid}). Use process (list/poll/log/write/kill/clear/remove) for follow-up.`;
  return textResult(withWarnings(warnings, text), {
    status: 'running',
    sessionId: session.id,
    pid: session.pid,
    startedAt: session.startedAt,
    cwd: session.cwd,
    tail: session.output.tail(),
  });
}

/** Interim output for viewers while the call waits. */
export function progressResult(session: CommandSession, warnings: readonly string[]): ToolResult {
  const tail = session.output.tail();
  return textResult(withWarnings(warnings, tail), {
    status: 'running',
    sessionId: session.id,
    pid: session.pid,
    startedAt: session.startedAt,
    cwd: session.cwd,
    tail,
  });
}

/** Why a command did not end by itself, or undefined when it did. */
function failure(run: FinishedRun, timeoutSec: number): string | undefined {
  if (run.timedOut) return `Command timed out after ${timeoutSec} seconds`;
  if (run.exit.signal !== undefined) return `Command aborted by signal ${run.exit.signal}`;
  if (run.exit.code === undefined) return 'Command aborted before exit code was captured';
  return undefined;
}

/** The result of a command that ended during its call. Throws the contract's error when it did not end by itself. */
export function finishedResult(
  session: CommandSession,
  run: FinishedRun,
  timeoutSec: number,
  warnings: readonly string[],
): ToolResult {
  const output = session.output.text().trim();
  const reason = failure(run, timeoutSec);
  if (reason !== undefined) throw new Error(output === '' ? reason : `${output}\n\n${reason}`);
  const code = run.exit.code ?? 0;
  const aggregated = code === 0 ? output : `${output}\n\n(Command exited with code ${code})`;
  return textResult(withWarnings(warnings, aggregated === '' ? '(no output)' : aggregated), {
    status: 'completed',
    exitCode: code,
    durationMs: run.endedAt - session.startedAt,
    aggregated,
    cwd: session.cwd,
  });
}
