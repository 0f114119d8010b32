import type { SubagentRow } from '@chela/store';

/** The message that tells a requester how its sub-agent ended (reference agent/sessions.md §12.4). Pure. */

const PREFIX = 'subagent-announce:';

/** The run id of the message: the same whenever it is sent, so that the ledger takes it once. */
export function announceRunId(runId: string): string {
  return `${PREFIX}${runId}`;
}

/** The sub-agent's run that a run tells of; undefined when it tells of none. */
export function announcedRun(runId: string): string | undefined {
  return runId.startsWith(PREFIX) ? runId.slice(PREFIX.length) : undefined;
}

export function announcement(row: SubagentRow, sessionId: string | undefined): string {
  const reply = row.result?.reply.trim() ?? '';
  const seconds = Math.max(0, Math.round(((row.endedAt ?? row.startedAt) - row.startedAt) / 1000));
  return [
    `[System Message] [sessionId: ${sessionId ?? 'unknown'}] A subagent task "${row.label}" just ${howItEnded(row)}.`,
    '',
    'Result:',
    reply === '' ? '(no output)' : reply,
    '',
    `Stats: runtime ${seconds}s • sessionKey ${row.sessionKey}`,
    '',
    'Tell the person about it in your own words if it matters to them; otherwise reply with NO_REPLY.',
  ].join('\n');
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
