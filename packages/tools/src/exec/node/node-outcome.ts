import { isRecord } from '../../call/arguments.ts';
import { textResult } from '../../call/result.ts';
import type { ToolResult } from '../../tool.ts';

/** What a node says of a command that has ended (reference nodes/nodes.md §9, `system.run`). */
export interface NodeRun {
  readonly exitCode: number | undefined;
  readonly timedOut: boolean;
  /** stdout, stderr and the reason of a failure, one after the other. */
  readonly output: string;
  readonly succeeded: boolean;
}

export function readNodeRun(payload: unknown): NodeRun {
  const fields = isRecord(payload) ? payload : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
  const parts = [text(fields.stdout), text(fields.stderr), text(fields.error)];
  const exitCode = typeof fields.exitCode === 'number' ? fields.exitCode : undefined;
  return {
    exitCode,
    timedOut: fields.timedOut === true,
    output: parts.filter((part) => part !== '').join('\n'),
    succeeded: fields.success === true || exitCode === 0,
  };
}

/** The result of a call, in the words of every other host (reference agent/tools.md ). Throws when the command did not end by itself. */
export function nodeResult(
  run: NodeRun,
  facts: {
    readonly timeoutSec: number;
    readonly durationMs: number;
    readonly cwd: string | null;
    readonly nodeId: string;
  },
  warnings: readonly string[],
): ToolResult {
  const { output, exitCode, timedOut } = run;
  const behind = (reason: string): string => (output === '' ? reason : `${output}\n\n${reason}`);
  if (timedOut) throw new Error(behind(`Command timed out after ${facts.timeoutSec} seconds`));
  if (exitCode === undefined && !run.succeeded)
    throw new Error(behind('Command aborted before exit code was captured'));
  const code = exitCode ?? 0;
  const aggregated = code === 0 ? output : behind(`(Command exited with code ${code})`);
  const shown = aggregated === '' ? '(no output)' : aggregated;
  const { durationMs, cwd, nodeId } = facts;
  return textResult(warnings.length === 0 ? shown : `${warnings.join('\n')}\n\n${shown}`, {
    status: 'completed',
    exitCode: code,
    durationMs,
    aggregated,
    cwd,
    host: 'node',
    nodeId,
  });
}

/** How a command ended, for a note. */
export function endWords({ timedOut, exitCode }: NodeRun): string {
  if (timedOut) return 'timeout';
  return exitCode === undefined ? 'code ?' : `code ${exitCode}`;
}
