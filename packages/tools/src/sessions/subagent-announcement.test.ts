import type { SubagentRow } from '@chela/store';
import { describe, expect, it } from 'vitest';
import { announcement } from './subagent-announcement.ts';

const ROW: SubagentRow = {
  runId: 'run',
  sessionKey: 'agent:main:subagent:a1',
  requesterKey: 'agent:main:main',
  label: 'scout',
  task: 'look',
  cleanup: 'keep',
  startedAt: 1_000,
  endedAt: 66_000,
  state: 'ended',
  result: { status: 'done', reply: 'found it' },
  turn: {},
};
const SESSION = { key: ROW.sessionKey, sessionId: 'sid', updatedAt: 66_000 };

describe('the announcement of a sub-agent', () => {
  it('says how long the run took and what it read and wrote', () => {
    const text = announcement(ROW, { ...SESSION, inputTokens: 12_000, outputTokens: 340 });
    expect(text).toContain('[sessionId: sid] A subagent task "scout" just completed successfully.');
    expect(text).toContain('Stats: runtime 1m5s • tokens 12k (in 12k / out 340)');
  });

  it('counts nothing for a sub-agent whose session is gone', () => {
    expect(announcement(ROW, undefined)).toContain('Stats: runtime 1m5s • tokens 0 (in 0 / out 0)');
  });
});
