import { expect, test } from 'vitest';
import { outcomeLookup } from '../evidence/outcomes.ts';
import { testOutcome } from '../evidence/test-reports.ts';
import type { Scenario, Step } from '../scenario/scenario.ts';
import { buildManifest } from './build-manifest.ts';
import { coverageProblems, evidenceProblems, rowProblems } from './check-manifest.ts';
import { parseEvidenceId } from './evidence-id.ts';
import { provenBy } from './trace-evidence.ts';

const trace = (steps: readonly Step[], setup: Scenario['setup'] = {}): Scenario => ({
  name: 'a',
  subsystem: 'b',
  proves: 'c',
  setup,
  clients: {},
  steps: [...steps],
});

test('a method is proven by an answer that is checked and no error', () => {
  expect(provenBy(trace([{ send: { method: 'health' }, expect: { ok: true, payload: {} } }]))).toEqual([
    'method/health',
  ]);
  expect(provenBy(trace([{ send: { method: 'health' }, expect: { ok: false, error: {} } }]))).toEqual([]);
  expect(provenBy(trace([{ send: { method: 'health' } }]))).toEqual([]);
  const later: Step[] = [
    { id: 'x', send: { method: 'agent' }, async: true },
    { res: { of: 'x', nth: 2 }, expect: { ok: true } },
  ];
  expect(provenBy(trace(later))).toEqual(['method/agent']);
});

test('an event is proven by a frame that is compared, also within a list of frames', () => {
  expect(
    provenBy(trace([{ wait: { event: 'chat' }, expect: [{ event: 'chat', payload: { state: 'final' } }] }])),
  ).toEqual(['event/chat']);
  expect(provenBy(trace([{ frames: { count: 1 }, expect: { frames: [{ event: 'tick', payload: {} }] } }]))).toEqual([
    'event/tick',
  ]);
  expect(provenBy(trace([{ drain: 100, expect: [] }]))).toEqual([]);
});

test('a tool is proven when its call came back to the model, not when it was not found', () => {
  const setup = { provider: { replies: [{ toolCalls: [{ name: 'read', args: {} }] }] } };
  const seen = (text: string): Step[] => [{ provider: 'last', expect: { conversation: [{ tool: 'read', text }] } }];
  expect(provenBy(trace(seen('content'), setup))).toContain('tool/read');
  expect(provenBy(trace(seen('Tool read not found'), setup))).not.toContain('tool/read');
  expect(provenBy(trace([], setup))).toEqual([]);
});

test('an endpoint is proven by a success of its own kind', () => {
  const post = (body: unknown, status: number): Step[] => [
    { http: { method: 'POST', path: '/v1/chat/completions', body }, expect: { status } },
  ];
  expect(provenBy(trace(post({}, 200)))).toEqual(['http/chat-completions']);
  expect(provenBy(trace(post({ stream: true }, 200)))).toEqual(['http/chat-completions-stream']);
  expect(provenBy(trace(post({}, 401)))).toEqual([]);
});

test('evidence that is missing, did not run or failed is told with who claims it', () => {
  const entries = [
    {
      id: 'method/a',
      subsystem: 's',
      title: 't',
      source: 'x',
      evidence: ['trace:g/ok', 'trace:g/bad', 'trace:g/gone'],
    },
    { id: 'method/b', subsystem: 's', title: 't', source: 'x', evidence: ['trace:g/idle'] },
  ];
  const outcome = outcomeLookup({ passed: ['trace:g/ok'], failed: ['trace:g/bad'] });
  expect(evidenceProblems(entries, (id) => id !== 'trace:g/gone', outcome)).toEqual([
    'trace:g/bad failed in the last score (claimed by method/a)',
    'trace:g/gone does not exist (claimed by method/a)',
    'trace:g/idle did not run in the last score (claimed by method/b)',
  ]);
});

test('a requirement without an entry, a stale entry and a row about nothing are told', () => {
  const entry = { id: 'method/a', subsystem: 's', title: 't', source: 'x', evidence: [] };
  expect(coverageProblems([entry], [])).toEqual(['method/a: no entry']);
  expect(coverageProblems([{ ...entry, evidence: ['table:x'] }], [entry])).toHaveLength(1);
  expect(coverageProblems([entry], [entry])).toEqual([]);
  expect(rowProblems([{ ids: ['method/*', 'methd/a'], evidence: [] }], [entry])).toEqual([
    'evidence.json: methd/a is no requirement',
  ]);
});

test('a test counts when all of its cases ran', () => {
  const result = (title: string, status: string) => ({ title, fullName: `group ${title}`, status });
  const reports = new Map([
    ['a.test.ts', [result('one', 'passed'), result('two', 'failed'), result('three', 'skipped')]],
  ]);
  expect(testOutcome(reports, 'test:a.test.ts#one')).toBe(true);
  expect(testOutcome(reports, 'test:a.test.ts#group two')).toBe(false);
  expect(testOutcome(reports, 'test:a.test.ts#three')).toBeUndefined();
  expect(testOutcome(reports, 'test:a.test.ts')).toBeUndefined();
  expect(testOutcome(reports, 'test:b.test.ts')).toBeUndefined();
  expect(parseEvidenceId('test:a.test.ts#a # b')).toEqual({ kind: 'test', path: 'a.test.ts', title: 'a # b' });
});

test('the manifest has an entry for every method, event and key, each once, and is the same every time', async () => {
  const [first, second] = await Promise.all([buildManifest(), buildManifest()]);
  expect(second).toEqual(first);
  const ids = new Set(first.map(({ id }) => id));
  expect(ids.size).toBe(first.length);
  const count = (prefix: string): number => [...ids].filter((id) => id.startsWith(prefix)).length;
  expect([count('method/'), count('event/'), count('config/')]).toEqual([103, 18, 2643]);
});
