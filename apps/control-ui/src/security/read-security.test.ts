import { expect, test } from 'vitest';
import { readList } from '../gateway/read-list.ts';
import { readApproval, readDecision, readQuarantined, readStatus } from './read-security.ts';

const decision = { action: 'block', risk_score: 80, reasons: ['why'], tags: ['t'], requestId: 'r1' };
const shown = {
  id: '5:r1',
  at: 5,
  verdict: 'block',
  score: 80,
  reasons: ['why'],
  tags: ['t'],
  tool: 'exec',
  subject: 'x',
};

test('a decision reads the same from the audit log and from an event', () => {
  const action = { tool: 'exec', subject: 'x' };
  expect(readDecision({ seq: 1, at: 5, decision, action })).toEqual(shown);
  expect(readDecision({ ...decision, at: 5, judged: action })).toEqual(shown);
  expect(readDecision({ seq: 2, unreadable: true })).toBeUndefined();
});

test('odd answers are passed over', () => {
  expect(readStatus({ mode: 'loud' })).toBeUndefined();
  expect(
    readStatus({ mode: 'audit', modeSource: 'environment', policy: { active: 3 }, audit: { entries: 9 } }),
  ).toEqual({
    mode: 'audit',
    isPinned: true,
    policy: 3,
    entries: 9,
  });
  expect(readList({ files: [{}, { file: 'a' }] }, 'files', readQuarantined)).toMatchObject([
    { file: 'a', reasons: [] },
  ]);
  expect(readList(undefined, 'files', readQuarantined)).toEqual([]);
  expect(readApproval({ id: 'a', request: { command: 'ls' }, expiresAtMs: 7 })).toEqual({
    id: 'a',
    command: 'ls',
    agentId: '',
    expiresAtMs: 7,
  });
});
