import { describe, expect, test } from 'vitest';
import type { Ledger, Store } from '../index.ts';
import { IllegalTransitionError } from '../states.ts';
import { assistantMessage, manualClock, openStore, session, stateFolder, userMessage } from '../store-fixture.ts';

const KEY = 'agent:main:main';

function accept(ledger: Ledger, runId: string, source: 'chat.send' | 'agent' = 'chat.send') {
  return ledger.accept({ runId, source, agentId: 'main', sessionKey: KEY, body: { text: `hello ${runId}` } });
}

function start(ledger: Ledger, runId: string, sessionId = 's1') {
  return ledger.startTurn({ runId, source: 'chat.send', sessionId, opening: [userMessage(runId)] });
}

function answer(ledger: Ledger, runId: string, sessionId = 's1') {
  return ledger.endTurn({
    runId,
    source: 'chat.send',
    sessionId,
    state: 'answered',
    entries: [assistantMessage(`answer to ${runId}`)],
    response: { text: 'done' },
    publish: { final: runId },
    session: (current) => ({ ...session(sessionId), ...current, model: 'm1' }),
  });
}

async function textsOf(store: Store, sessionId: string): Promise<readonly unknown[]> {
  const branch = await store.transcripts.branch(sessionId);
  return branch.map((entry) => (entry.type === 'message' ? entry.message.content : entry.type));
}

describe('accepting a message', () => {
  test('writes it as received and gives the same row to a repeat', async () => {
    const { ledger } = await openStore(await stateFolder());
    const first = await accept(ledger, 'run-1');
    const second = await accept(ledger, 'run-1');
    expect(first).toMatchObject({ created: true, row: { state: 'received', body: { text: 'hello run-1' } } });
    expect(second).toEqual({ created: false, row: first.row });
    expect(await ledger.depths()).toEqual({ received: 1, running: 0, outboxPending: 0 });
  });

  test('keeps the same run id of two doors apart', async () => {
    const { ledger } = await openStore(await stateFolder());
    await accept(ledger, 'run-1', 'chat.send');
    expect((await accept(ledger, 'run-1', 'agent')).created).toBe(true);
    expect((await ledger.find('agent', 'run-1'))?.source).toBe('agent');
  });

  test('knows nothing of a run that was never accepted', async () => {
    const { ledger } = await openStore(await stateFolder());
    expect(await ledger.find('chat.send', 'none')).toBeUndefined();
    await expect(start(ledger, 'none')).rejects.toThrow(IllegalTransitionError);
  });
});

describe('a turn', () => {
  test('with a tool call ends answered, with its reply waiting to be published', async () => {
    const store = await openStore(await stateFolder());
    const { ledger } = store;
    await accept(ledger, 'run-1');
    const started = await start(ledger, 'run-1');
    expect(started.attempts).toBe(1);
    expect(started.appended).toMatchObject([{ type: 'message', parentId: null }]);
    const [step] = await ledger.appendStep({
      runId: 'run-1',
      sessionId: 's1',
      entries: [assistantMessage('let me look')],
      toolCalls: [{ toolCallId: 'call_1', tool: 'read', arguments: { path: 'a' }, sideEffects: 'none' }],
    });
    await ledger.startToolCall('run-1', 'call_1');
    const result = await ledger.finishToolCall({
      runId: 'run-1',
      sessionId: 's1',
      toolCallId: 'call_1',
      state: 'done',
      result: { type: 'message', message: { role: 'toolResult', content: [], timestamp: 1 } },
    });
    expect(result.parentId).toBe(step?.id);
    const { outbox } = await answer(ledger, 'run-1');

    expect(await ledger.find('chat.send', 'run-1')).toMatchObject({ state: 'answered', response: { text: 'done' } });
    expect(await ledger.pendingOutbox(10)).toEqual([outbox]);
    expect((await store.sessions.get(KEY))?.entry).toMatchObject({ sessionId: 's1', model: 'm1' });
    expect((await textsOf(store, 's1')).length).toBe(4);
  });

  test('cannot end twice, go on after its end, or publish its reply twice', async () => {
    const { ledger } = await openStore(await stateFolder());
    await accept(ledger, 'run-1');
    await start(ledger, 'run-1');
    const { outbox } = await answer(ledger, 'run-1');
    await expect(answer(ledger, 'run-1')).rejects.toThrow('message run-1 is answered and cannot become answered');
    await expect(start(ledger, 'run-1')).rejects.toThrow(IllegalTransitionError);
    await expect(
      ledger.appendStep({ runId: 'run-1', sessionId: 's1', entries: [assistantMessage('late')], toolCalls: [] }),
    ).rejects.toThrow('the turn of run-1 is not running');
    await ledger.markPublished(outbox?.id ?? -1);
    await expect(ledger.markPublished(outbox?.id ?? -1)).rejects.toThrow(IllegalTransitionError);
  });

  test('that ends behind an earlier entry leaves what stood there out of the active branch', async () => {
    const store = await openStore(await stateFolder());
    const { ledger } = store;
    await accept(ledger, 'run-1');
    await start(ledger, 'run-1');
    await ledger.endTurn({
      runId: 'run-1',
      source: 'chat.send',
      sessionId: 's1',
      state: 'answered',
      after: null,
      entries: [assistantMessage('note'), userMessage('run-1'), assistantMessage('partial')],
      response: {},
    });
    const branch = await store.transcripts.branch('s1');
    expect(branch.map((entry) => entry.type === 'message' && entry.message.role)).toEqual([
      'assistant',
      'user',
      'assistant',
    ]);
    expect(branch[0]?.parentId).toBeNull();
  });

  test('that is refused before it starts keeps the reason', async () => {
    const { ledger } = await openStore(await stateFolder());
    await accept(ledger, 'run-1');
    await ledger.endTurn({
      runId: 'run-1',
      source: 'chat.send',
      sessionId: undefined,
      state: 'declined',
      reason: 'send blocked by session policy',
      entries: [],
      response: null,
    });
    expect(await ledger.find('chat.send', 'run-1')).toMatchObject({
      state: 'declined',
      reason: 'send blocked by session policy',
    });
  });

  test('leaves nothing behind when its last transaction fails half-way', async () => {
    const store = await openStore(await stateFolder());
    const { ledger } = store;
    await accept(ledger, 'run-1');
    await start(ledger, 'run-1');
    const broken = ledger.endTurn({
      runId: 'run-1',
      source: 'chat.send',
      sessionId: 's1',
      state: 'answered',
      entries: [assistantMessage('never seen')],
      response: {},
      publish: {},
      session: () => {
        throw new Error('no entry today');
      },
    });
    await expect(broken).rejects.toThrow('no entry today');
    expect((await ledger.find('chat.send', 'run-1'))?.state).toBe('running');
    expect((await textsOf(store, 's1')).length).toBe(1);
    expect(await ledger.pendingOutbox(10)).toEqual([]);
  });
});

describe('a tool call', () => {
  test('runs once: neither a second start nor a second result is taken', async () => {
    const { ledger } = await openStore(await stateFolder());
    await accept(ledger, 'run-1');
    await start(ledger, 'run-1');
    const call = { toolCallId: 'c', tool: 'exec', arguments: {}, sideEffects: 'possible' } as const;
    await ledger.appendStep({ runId: 'run-1', sessionId: 's1', entries: [], toolCalls: [call] });
    await ledger.startToolCall('run-1', 'c');
    await expect(ledger.startToolCall('run-1', 'c')).rejects.toThrow('is running and cannot become running');
    await expect(ledger.startToolCall('run-1', 'other')).rejects.toThrow('has no tool call other');
  });

  test('may carry the id of an earlier, finished one', async () => {
    const { ledger } = await openStore(await stateFolder());
    await accept(ledger, 'run-1');
    await start(ledger, 'run-1');
    for (const round of [1, 2]) {
      const call = { toolCallId: 'call_0', tool: 'read', arguments: { round }, sideEffects: 'none' } as const;
      await ledger.appendStep({ runId: 'run-1', sessionId: 's1', entries: [], toolCalls: [call] });
      await ledger.startToolCall('run-1', 'call_0');
      await ledger.finishToolCall({
        runId: 'run-1',
        sessionId: 's1',
        toolCallId: 'call_0',
        state: 'done',
        result: { type: 'message', message: { role: 'toolResult', content: [], timestamp: round } },
      });
    }
    expect((await answer(ledger, 'run-1')).outbox).toBeDefined();
  });
});

describe('after a restart', () => {
  test('what an earlier process left open is listed, oldest first, and only that', async () => {
    const state = await stateFolder();
    const before = await openStore(state);
    await accept(before.ledger, 'ended');
    await start(before.ledger, 'ended');
    await answer(before.ledger, 'ended');
    await accept(before.ledger, 'running');
    await start(before.ledger, 'running');
    await before.ledger.appendStep({
      runId: 'running',
      sessionId: 's1',
      entries: [],
      toolCalls: [{ toolCallId: 'c', tool: 'exec', arguments: { command: 'ls' }, sideEffects: 'possible' }],
    });
    await before.ledger.startToolCall('running', 'c');
    await accept(before.ledger, 'waiting');
    expect(await before.ledger.unfinished()).toEqual([]);
    await before.close();

    const after = await openStore(state);
    await accept(after.ledger, 'fresh');
    expect(await after.ledger.unfinished()).toMatchObject([
      {
        inbox: { runId: 'running', state: 'running' },
        sessionId: 's1',
        attempts: 1,
        toolCalls: [{ toolCallId: 'c', state: 'running', sideEffects: 'possible', arguments: { command: 'ls' } }],
      },
      { inbox: { runId: 'waiting', state: 'received' }, sessionId: undefined, attempts: 0, toolCalls: [] },
    ]);
    expect((await after.ledger.pendingOutbox(10)).map(({ payload }) => payload)).toEqual([{ final: 'ended' }]);
  });

  test('a turn that is taken up again counts an attempt and does not repeat its opening', async () => {
    const state = await stateFolder();
    const before = await openStore(state);
    await accept(before.ledger, 'run-1');
    await start(before.ledger, 'run-1');
    await before.close();
    const after = await openStore(state);
    expect(await start(after.ledger, 'run-1')).toEqual({ attempts: 2, appended: [] });
    expect(await after.ledger.unfinished()).toEqual([]);
    expect((await textsOf(after, 's1')).length).toBe(1);
  });
});

test('pruning removes ended rows past the retention and keeps open and unpublished ones', async () => {
  const clock = manualClock();
  const { ledger } = await openStore(await stateFolder(), { clock });
  for (const runId of ['published', 'unpublished', 'open']) {
    await accept(ledger, runId);
    await start(ledger, runId);
  }
  const { outbox } = await answer(ledger, 'published');
  await ledger.markPublished(outbox?.id ?? -1);
  await answer(ledger, 'unpublished');
  clock.advance(60_000);
  await accept(ledger, 'young');
  await start(ledger, 'young');
  await ledger.markPublished((await answer(ledger, 'young')).outbox?.id ?? -1);

  expect(await ledger.prune(30_000)).toBe(1);
  expect(await ledger.find('chat.send', 'published')).toBeUndefined();
  for (const kept of ['unpublished', 'open', 'young']) expect(await ledger.find('chat.send', kept)).toBeDefined();
});

describe('a message that another run answers', () => {
  const absorbed = (runId: string) => ({
    runId,
    source: 'chat.send' as const,
    reason: 'answered by run x',
    response: {},
  });
  const next = { runId: 'x', source: 'chat.send' as const, agentId: 'main', sessionKey: KEY, body: { text: 'both' } };

  test('ends in the transaction that makes the row of that run', async () => {
    const { ledger } = await openStore(await stateFolder());
    await accept(ledger, 'run-1');
    await accept(ledger, 'run-2');
    await ledger.supersede({ absorbed: [absorbed('run-1'), absorbed('run-2')], next });
    expect(await ledger.find('chat.send', 'run-2')).toMatchObject({ state: 'answered', reason: 'answered by run x' });
    expect(await ledger.find('chat.send', 'x')).toMatchObject({ state: 'received', body: { text: 'both' } });
  });

  test('gives that run its place in line, behind what had begun', async () => {
    const folder = await stateFolder();
    const clock = manualClock();
    const before = await openStore(folder, { clock });
    for (const runId of ['run-1', 'run-2', 'run-3']) {
      await accept(before.ledger, runId);
      clock.advance(1_000);
    }
    await before.ledger.supersede({ absorbed: [absorbed('run-1')], next });
    await accept(before.ledger, 'begun');
    await start(before.ledger, 'begun');
    await before.close();
    const { ledger } = await openStore(folder);
    expect((await ledger.unfinished()).map(({ inbox }) => inbox.runId)).toEqual(['begun', 'x', 'run-2', 'run-3']);
  });

  test('stays as it was when one of them has an outcome already', async () => {
    const { ledger } = await openStore(await stateFolder());
    await accept(ledger, 'run-1');
    await accept(ledger, 'run-2');
    await start(ledger, 'run-2');
    await answer(ledger, 'run-2');
    await expect(ledger.supersede({ absorbed: [absorbed('run-1'), absorbed('run-2')], next })).rejects.toThrow(
      IllegalTransitionError,
    );
    expect(await ledger.find('chat.send', 'run-1')).toMatchObject({ state: 'received' });
    expect(await ledger.find('chat.send', 'x')).toBeUndefined();
  });
});
