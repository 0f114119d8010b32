import type { SubagentRow } from '@chela/store';
import { describe, expect, it } from 'vitest';
import { announcedRun, announcement, announceRunId } from './subagent-announcement.ts';

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
    expect(text).toContain('Stats: runtime 1m5s • tokens 12k (in 12k / out 340)\n');
  });

  it('of less than a second says so', () => {
    expect(announcement({ ...ROW, endedAt: 1_899 }, SESSION)).toContain('Stats: runtime 0s • tokens 0');
  });

  it('has the same run id whenever it is sent, which names the run', () => {
    expect(announceRunId(ROW)).toBe('announce:v1:agent:main:subagent:a1:run');
    expect(announcedRun(announceRunId(ROW))).toBe('run');
    expect(announcedRun('run')).toBeUndefined();
  });

  it('counts nothing for a sub-agent whose session is gone', () => {
    expect(announcement(ROW, undefined)).toContain('Stats: runtime 1m5s • tokens 0 (in 0 / out 0)');
  });
});
