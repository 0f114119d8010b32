import { formatTokens } from '@chela/models';
import type { SubagentRow } from '@chela/store';
import { compactDuration } from '../process/describe-session.ts';
import type { SessionFacts } from '../rooms/sessions.ts';

/** The message that tells a requester how its sub-agent ended (reference agent/sessions.md §12.4). Pure. */

const PREFIX = 'announce:v1:';

/** The run id of the message, in the contract's form: the same whenever it is sent, so that the ledger takes it once. */
export function announceRunId({ sessionKey, runId }: Pick<SubagentRow, 'sessionKey' | 'runId'>): string {
  return `${PREFIX}${sessionKey}:${runId}`;
}

/** The sub-agent's run that a run tells of; undefined when it tells of none. */
export function announcedRun(runId: string): string | undefined {
  return runId.startsWith(PREFIX) ? runId.slice(runId.lastIndexOf(':') + 1) : undefined;
}

/** `session` is that of the sub-agent, once its run has ended; undefined when it is gone. */
export function announcement(row: SubagentRow, session: SessionFacts | undefined): string {
  const reply = row.result?.reply.trim() ?? '';
  return [
    `[System Message] [sessionId: ${session?.sessionId ?? 'unknown'}] A subagent task "${row.label}" just ${howItEnded(row)}.`,
    '',
    'Result:',
    reply === '' ? '(no output)' : reply,
    '',
    `Stats: ${statsOf(row, session)}`,
    '',
    'Tell the person about it in your own words if it matters to them; otherwise reply with NO_REPLY.',
  ].join('\n');
}

function statsOf(row: SubagentRow, session: SessionFacts | undefined): string {
  const ms = Math.max(0, (row.endedAt ?? row.startedAt) - row.startedAt);
  const runtime = ms < 1_000 ? '0s' : compactDuration(ms);
  const { inputTokens: read = 0, outputTokens: written = 0 } = session ?? {};
  const tokens = `${formatTokens(read + written)} (in ${formatTokens(read)} / out ${formatTokens(written)})`;
  return `runtime ${runtime} • tokens ${tokens}`;
}

function howItEnded({ result }: SubagentRow): string {
  switch (result?.status) {
    case 'done':
      return 'completed successfully';
    case 'timeout':
      return 'timed out';
    case 'failed':
      return `failed: ${result.error ?? 'unknown error'}`;
    default:
      return 'finished with unknown status';
  }
}
