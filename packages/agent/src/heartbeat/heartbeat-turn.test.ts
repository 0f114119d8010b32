import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { AgentRequest, RunOutcome } from '../runtime.ts';
import { createHarness, type Harness, testRequest } from '../testing/harness.ts';
import { settled, until } from '../testing/manual-clock.ts';
import { toolCall } from '../testing/scripted-models.ts';

const MAIN = 'agent:main:main';
const DAY_MS = 24 * 60 * 60 * 1000;

let harness: Harness;
beforeEach(async () => {
  // Long days: the clock moves over reset times.
  harness = await createHarness({ config: { session: { reset: { mode: 'idle', idleMinutes: 100_000 } } } });
});
afterEach(() => harness.dispose());

let runs = 0;
function heartbeat(changes: Partial<AgentRequest> = {}): AgentRequest {
  runs += 1;
  const { sender: _sender, ...base } = testRequest({ runId: `hb-${runs}` });
  return {
    ...base,
    source: 'agent',
    text: 'Anything to do?',
    verbatim: true,
    heartbeat: { event: 'heartbeat', ackMaxChars: 300 },
    ...changes,
  };
}

async function beat(changes?: Partial<AgentRequest>): Promise<RunOutcome> {
  const result = await harness.runtime.submit(heartbeat(changes));
  if (result.status !== 'started') throw new Error(`expected a new run, got ${result.status}`);
  return result.outcome;
}

const lastPrompt = (): string => JSON.stringify(harness.models.requests.at(-1)?.messages.at(-1)?.content);

describe('a heartbeat without news', () => {
  test('leaves the conversation, its time and its clients as they were', async () => {
    harness.models.script({ text: 'Hello.' }, { text: 'HEARTBEAT_OK' }, { text: 'Again.' });
    await harness.run({ runId: 'r1', text: 'hi' });
    const before = await harness.store.sessions.get(MAIN);
    const seen = harness.events.length;
    await harness.clock.advance(60_000);
    expect(await beat()).toMatchObject({ kind: 'answered', heartbeat: 'ok-token', silent: true });
    expect(harness.events.slice(seen)).toEqual([]);
    expect((await harness.store.sessions.get(MAIN))?.entry).toEqual(before?.entry);
    expect((await harness.history()).map(({ role }) => role)).toEqual(['user', 'assistant']);
    const sessionId = before?.entry.sessionId ?? '';
    expect(await harness.store.transcripts.edges(sessionId)).toMatchObject({ lastMessage: 'Hello.' });
    await harness.run({ runId: 'r2', text: 'and now' });
    expect(harness.models.requests.at(-1)?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  });

  test('in an empty session leaves it empty', async () => {
    harness.models.script({ text: 'HEARTBEAT_OK' }, { text: 'Hello.' });
    await beat();
    expect(await harness.history()).toEqual([]);
    await harness.run({ runId: 'r1', text: 'hi' });
    expect(harness.models.requests.at(-1)?.messages).toHaveLength(1);
  });

  test('may take tool steps, which go with it', async () => {
    harness.models.script(
      { toolCalls: [{ type: 'toolCall', id: 'c1', name: 'look', arguments: {} }] },
      { text: 'HEARTBEAT_OK' },
    );
    expect(await beat()).toMatchObject({ heartbeat: 'ok-token' });
    expect(await harness.history()).toEqual([]);
  });
});

describe('a heartbeat with news', () => {
  test('is told as one final answer, without the token', async () => {
    const long = `The oven is hot. ${'x'.repeat(400)}`;
    harness.models.script({ text: `${long} HEARTBEAT_OK` });
    expect(await beat()).toMatchObject({ heartbeat: 'alert', silent: false, payloads: [{ text: long }] });
    expect(harness.events.map(({ type }) => type)).toEqual(['ended']);
    expect(await harness.history()).toHaveLength(2);
  });

  test('that were told within a day are told once, and again the day after', async () => {
    harness.models.otherwise(() => ({ text: 'The oven is hot.' }));
    expect(await beat()).toMatchObject({ heartbeat: 'alert' });
    expect(await beat()).toMatchObject({ heartbeat: 'duplicate', silent: true });
    expect(await harness.history()).toHaveLength(2);
    await harness.clock.advance(DAY_MS + 1);
    expect(await beat()).toMatchObject({ heartbeat: 'alert' });
  });
});

describe('a heartbeat whose tool failed', () => {
  const FAILED = '⚠️ ✍️ Write: `of write` failed: disk full';
  const call = { toolCalls: [toolCall('c1', 'write')] };
  const texts = (outcome: RunOutcome): readonly string[] => outcome.payloads.map(({ text }) => text);
  beforeEach(() => {
    harness.tools.add('write', 'none', () => ({ content: [{ type: 'text', text: 'disk full' }], isError: true }));
  });

  test('tells it, also when there is nothing else to tell', async () => {
    harness.models.script(call, { text: 'HEARTBEAT_OK' });
    const outcome = await beat();
    expect(outcome).toMatchObject({ heartbeat: 'alert', silent: false });
    expect(texts(outcome)).toEqual([FAILED]);
  });

  test('tells it after the news, and both only once a day', async () => {
    harness.models.script(call, { text: 'The oven is hot.' }, call, { text: 'The oven is hot.' }, call, {
      text: 'It burns.',
    });
    expect(texts(await beat())).toEqual(['The oven is hot.', FAILED]);
    expect(await beat()).toMatchObject({ heartbeat: 'duplicate', silent: true });
    expect(texts(await beat())).toEqual(['It burns.', FAILED]);
  });

  test('keeps it to itself where it is set to', async () => {
    harness.models.script(call, { text: 'HEARTBEAT_OK' }, call, { text: 'The oven is hot.' });
    const quiet = { heartbeat: { event: 'heartbeat', ackMaxChars: 300, suppressToolErrorWarnings: true } } as const;
    expect(await beat(quiet)).toMatchObject({ heartbeat: 'ok-token', silent: true });
    expect(texts(await beat(quiet))).toEqual(['The oven is hot.']);
  });
});

test('what a person writes during a heartbeat is answered after it, and stays', async () => {
  const gate = Promise.withResolvers<void>();
  harness.models.script({ text: 'HEARTBEAT_OK', after: gate.promise }, { text: 'Yes?' });
  const beating = beat();
  await harness.asked(1);
  const asked = harness.runtime.submit(testRequest({ runId: 'r1', text: 'are you there' }));
  await until(() => harness.runtime.active().length === 2 || harness.events.length > 0);
  gate.resolve();
  await beating;
  await asked;
  await harness.clock.advance(5_000);
  await until(() => harness.models.requests.length === 2);
  await until(() => harness.runtime.active().length === 0);
  const roles = (await harness.history()).map(({ role }) => role);
  expect(roles).toEqual(['user', 'assistant']);
  expect(lastPrompt()).toContain('are you there');
});

describe('notes that wait for a session', () => {
  test('precede the next message of the conversation, once', async () => {
    harness.systemEvents.add(MAIN, 'The build is green.');
    harness.systemEvents.add(MAIN, 'Ann called.');
    harness.systemEvents.add('agent:main:other', 'Not here.');
    await harness.run({ runId: 'r1', text: 'hi' });
    expect(lastPrompt()).toMatch(
      /^\[\{"type":"text","text":"System: \[2026-02-17 15:04:05 UTC\] The build is green\.\\nSystem: \[[^\]]+\] Ann called\.\\n\\nConversation info/,
    );
    await harness.run({ runId: 'r2', text: 'again' });
    expect(lastPrompt()).not.toContain('System:');
  });

  test('precede a heartbeat, and wait while runs of other doors pass', async () => {
    harness.systemEvents.add(MAIN, 'The build is green.');
    const { sender: _sender, ...plain } = testRequest({ runId: 'a1', source: 'agent', text: 'plain' });
    await (await harness.runtime.submit(plain)).status;
    await harness.asked(1);
    await until(() => harness.runtime.active().length === 0);
    expect(lastPrompt()).not.toContain('System:');
    harness.models.script({ text: 'HEARTBEAT_OK' });
    await beat();
    expect(lastPrompt()).toMatch(/System: \[[^\]]+\] The build is green\.\\n\\nAnything to do\?/);
  });
});

test('what a heartbeat has to say is handed on before it counts as told, by the next process when this one ends first', async () => {
  const handed: unknown[] = [];
  let isDying = true;
  const deliver = async ({ runId }: AgentRequest, outcome: RunOutcome): Promise<void> => {
    if (isDying) throw new Error('the process ends');
    handed.push([runId, outcome.payloads.at(-1)?.text]);
  };
  const dir = await mkdtemp(join(tmpdir(), 'chela-heartbeat-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const first = await createHarness({ dir, deliver });
  first.models.script({ text: 'The oven is hot.' });
  await first.runtime.submit(heartbeat({ runId: 'hb-hot' }));
  while ((await first.store.ledger.pendingOutbox(10)).length === 0) await settled();
  for (let round = 0; round < 10; round += 1) await first.clock.advance(1_000);
  await first.dispose();
  isDying = false;
  const next = await createHarness({ dir, deliver });
  await next.runtime.recover();
  await next.runtime.recover();
  await next.dispose();
  expect(handed).toEqual([['hb-hot', 'The oven is hot.']]);
});

test('a heartbeat that a restart cut off goes on and still leaves no trace', async () => {
  harness.models.script({ text: 'Hello.' }, { hang: true, text: 'HEART' });
  await harness.run({ runId: 'r1', text: 'hi' });
  const beating = beat();
  await harness.asked(2);
  const closing = harness.runtime.close(0);
  await harness.clock.advance(1_000);
  await closing;
  await beating;
  await harness.store.close();
  const next = await createHarness({ dir: harness.dir });
  next.models.otherwise(() => ({ text: 'HEARTBEAT_OK' }));
  await next.runtime.recover();
  await until(() => next.runtime.active().length === 0);
  expect((await next.history()).map(({ role }) => role)).toEqual(['user', 'assistant']);
  await next.dispose();
  harness = await createHarness();
});
