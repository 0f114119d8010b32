import type { Store } from '@chela/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHarness, type Harness, testRequest } from './testing/harness.ts';
import { settled, until } from './testing/manual-clock.ts';
import { testModel, toolCall } from './testing/scripted-models.ts';
import { textResult } from './testing/scripted-tools.ts';

const forever = new Promise<never>(() => {});

describe('a provider that fails', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await createHarness();
  });
  afterEach(() => h.dispose());

  test('a refused key ends in its own words, in the outcome and in the history', async () => {
    h.models.script({ failure: { message: '401 Incorrect API key provided', reason: 'auth', status: 401 } });
    const outcome = await h.run();
    expect(outcome).toMatchObject({
      kind: 'errored',
      errorMessage: '401 Incorrect API key provided',
      payloads: [{ text: '401 Incorrect API key provided', mediaUrl: null }],
    });
    expect((await h.history()).at(-1)).toMatchObject({
      role: 'assistant',
      content: [],
      stopReason: 'error',
      errorMessage: '401 Incorrect API key provided',
      provider: 'mock',
      model: 'm1',
    });
  });

  test('a failed answer is not shown to the model of the next turn', async () => {
    h.models.script({ failure: { message: '400 nonsense' } }, { text: 'ok' });
    await h.run();
    await h.run({ runId: 'run-2' });
    expect(h.models.requests[1]?.messages.map((message) => message.role)).toEqual(['user', 'user']);
  });

  test('the fallback answers when the first model refuses, and the user message stands once', async () => {
    h.models.choose({ primary: testModel(), fallbacks: [testModel('alt', 'm2')], source: 'config' });
    h.models.script({ failure: { message: '401 no', reason: 'auth' } }, { text: 'Fallback answer.' });
    expect(await h.run()).toMatchObject({ kind: 'answered', payloads: [{ text: 'Fallback answer.' }] });
    expect(await h.history()).toMatchObject([
      { role: 'user' },
      { stopReason: 'error', model: 'm1' },
      { stopReason: 'stop', model: 'm2', provider: 'alt' },
    ]);
  });

  test('a rate limit is waited out', async () => {
    h.models.script({ failure: { message: '429 slow down', reason: 'rate_limit' } }, { text: 'Now.' });
    const run = h.run();
    await h.clock.timerSet(2_000);
    await h.clock.advance(2_000);
    expect(await run).toMatchObject({ kind: 'answered', payloads: [{ text: 'Now.' }] });
  });

  test('a lasting overload ends in a readable text after its retries', async () => {
    h.models.otherwise(() => ({ failure: { message: '529 Overloaded', reason: 'rate_limit' } }));
    const run = h.run();
    for (const delayMs of [2_000, 4_000, 8_000]) {
      await h.clock.timerSet(delayMs);
      await h.clock.advance(delayMs);
    }
    expect(await run).toMatchObject({
      kind: 'errored',
      errorMessage: expect.stringContaining('temporarily overloaded'),
    });
    expect(h.models.requests).toHaveLength(4);
  });

  test('half a stream ends in an error that keeps the half in the history', async () => {
    h.models.script({ text: ['Half of ', 'it'], cutOff: true });
    expect(await h.run()).toMatchObject({ kind: 'errored' });
    expect((await h.history()).at(-1)).toMatchObject({ stopReason: 'error', content: [{ text: 'Half of it' }] });
    expect(h.models.requests).toHaveLength(1);
  });

  test('a driver that throws ends the turn, not the runtime', async () => {
    h.models.script({ throws: 'garbage from the wire' }, { text: 'fine' });
    expect(await h.run()).toMatchObject({
      kind: 'errored',
      errorMessage: expect.stringContaining('garbage from the wire'),
    });
    expect(await h.run({ runId: 'run-2' })).toMatchObject({ kind: 'answered' });
  });

  test('silence ends in a timeout', async () => {
    h.setConfig({ agents: { defaults: { timeoutSeconds: 3_600 } } });
    h.models.otherwise(() => ({ after: forever }));
    const run = h.run();
    for (const retryMs of [2_000, 4_000, 8_000, 0]) {
      await h.clock.timerSet(300_000);
      await h.clock.advance(300_000);
      if (retryMs > 0) {
        await h.clock.timerSet(retryMs);
        await h.clock.advance(retryMs);
      }
    }
    expect(await run).toMatchObject({ kind: 'errored', errorMessage: expect.stringContaining('timed out') });
  });

  test('an unknown model is told and the message is kept', async () => {
    h.models.select = async () => {
      throw new Error('Unknown model: mock/none');
    };
    expect(await h.run()).toMatchObject({ kind: 'errored', errorMessage: 'Unknown model: mock/none' });
    expect(await h.history()).toMatchObject([{ role: 'user' }, { stopReason: 'error' }]);
  });

  test('an empty answer ends answered without payloads', async () => {
    h.models.script({ text: '' });
    expect(await h.run()).toMatchObject({ kind: 'answered', payloads: [], silent: false });
  });

  test('a silent answer shows nothing, not even while it is written', async () => {
    h.models.script({ text: ['NO', '_RE', 'PLY'] });
    expect(await h.run()).toMatchObject({ kind: 'answered', payloads: [], silent: true });
    expect(h.events.some((event) => event.type === 'text')).toBe(false);
  });

  test('thinking is kept apart from the answer', async () => {
    h.models.script({ thinking: 'Let me think.', text: 'Four.' });
    expect(await h.run()).toMatchObject({ payloads: [{ text: 'Four.' }] });
    expect((await h.history()).at(-1)?.content).toEqual([
      { type: 'thinking', thinking: 'Let me think.' },
      { type: 'text', text: 'Four.' },
    ]);
  });
});

describe('tools that misbehave', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await createHarness();
  });
  afterEach(() => h.dispose());

  test('a tool that throws becomes a result the model can read', async () => {
    h.tools.add('bad', 'possible', () => {
      throw new Error('boom');
    });
    h.models.script({ toolCalls: [toolCall('c1', 'bad')] }, { text: 'I see.' });
    expect(await h.run()).toMatchObject({ kind: 'answered' });
    expect(h.models.requests[1]?.messages.at(-1)).toMatchObject({
      role: 'toolResult',
      content: [{ text: expect.stringContaining('boom') }],
    });
  });

  test('a tool that never ends is given up by the time limit', async () => {
    h.tools.add('hang', 'possible', () => forever);
    h.models.script({ text: 'Working.', toolCalls: [toolCall('c1', 'hang')] });
    const run = h.run({ timeoutMs: 60_000 });
    await h.seen('toolStarted');
    await h.clock.advance(60_000);
    await h.clock.timerSet(2_000);
    await h.clock.advance(2_000);
    expect(await run).toMatchObject({ kind: 'aborted', stopReason: 'timeout', partialText: 'Working.' });
    expect((await h.history()).map((message) => message.role)).toEqual([
      'user',
      'assistant',
      'toolResult',
      'assistant',
    ]);
  });

  test('a model that only calls tools is stopped', async () => {
    h.tools.add('again', 'none', () => textResult('more'));
    let calls = 0;
    h.models.otherwise(() => ({ toolCalls: [toolCall(`c${calls++}`, 'again')] }));
    expect(await h.run()).toMatchObject({
      kind: 'errored',
      errorMessage: expect.stringContaining('rounds of tool calls'),
    });
  });

  test('arguments that were no object are not run', async () => {
    h.tools.add('write', 'possible', () => textResult('written'));
    h.models.script({ toolCalls: [{ ...toolCall('c1', 'write'), malformed: '{"path": ' }] }, { text: 'Sorry.' });
    expect(await h.run()).toMatchObject({ kind: 'answered' });
    expect(h.tools.calls).toEqual([]);
  });

  test('a call id used twice in a run means two calls', async () => {
    h.tools.add('read', 'none', () => textResult('x'));
    h.models.script({ toolCalls: [toolCall('c', 'read')] }, { toolCalls: [toolCall('c', 'read')] }, { text: 'Done.' });
    expect(await h.run()).toMatchObject({ kind: 'answered' });
    expect(h.tools.calls).toHaveLength(2);
  });

  test('harmless calls of one answer run together, one with side effects in its place', async () => {
    const order: string[] = [];
    for (const name of ['read', 'list']) {
      h.tools.add(name, 'none', async () => {
        order.push(`${name}+`);
        await settled();
        order.push(`${name}-`);
        return textResult(name);
      });
    }
    h.tools.add('write', 'possible', () => {
      order.push('write');
      return textResult('written');
    });
    h.models.script({
      toolCalls: [toolCall('1', 'read'), toolCall('2', 'list'), toolCall('3', 'write'), toolCall('4', 'read')],
    });
    await h.run();
    expect(order).toEqual(['read+', 'list+', 'read-', 'list-', 'write', 'read+', 'read-']);
    expect(h.models.requests[1]?.messages.slice(2)).toMatchObject([
      { toolCallId: '1' },
      { toolCallId: '2' },
      { toolCallId: '3' },
      { toolCallId: '4' },
    ]);
  });
});

describe('aborting', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await createHarness();
  });
  afterEach(() => h.dispose());

  test('keeps what was written, as an aborted answer and as the copy that readers see', async () => {
    h.models.script({ text: 'First.' }, { text: ['Partial ', 'two '], hang: true });
    await h.run();
    const run = h.run({ runId: 'run-2', text: 'two' });
    await until(() => h.events.some((event) => event.type === 'text' && event.text === 'Partial two'));
    expect(await h.runtime.abort({ sessionKey: 'main', origin: 'rpc' })).toEqual({ runIds: ['run-2'] });
    expect(await run).toMatchObject({ kind: 'aborted', stopReason: 'rpc', partialText: 'Partial two' });
    expect((await h.history()).slice(2)).toMatchObject([
      { role: 'user' },
      {
        provider: 'openclaw',
        model: 'gateway-injected',
        stopReason: 'stop',
        content: [{ text: 'Partial two' }],
        openclawAbort: { aborted: true, origin: 'rpc', runId: 'run-2' },
        idempotencyKey: 'run-2:assistant',
      },
      { stopReason: 'aborted', errorMessage: 'Request was aborted', content: [{ text: 'Partial two ' }] },
    ]);
    expect(await h.runtime.abort({ sessionKey: 'main', origin: 'rpc' })).toEqual({ runIds: [] });
  });

  test('of the very first message links it anew behind what was kept', async () => {
    const ends: Parameters<Store['ledger']['endTurn']>[0][] = [];
    const seen = await createHarness({
      wrapStore: (store) =>
        withLedger(store, {
          endTurn(input) {
            ends.push(input);
            return store.ledger.endTurn(input);
          },
        }),
    });
    seen.models.script({ text: 'Partial ', hang: true });
    const run = seen.run();
    await seen.seen('text');
    await seen.runtime.abort({ sessionKey: 'main', origin: 'rpc' });
    await run;
    const [end] = ends;
    const messages = end?.entries.flatMap((entry) => (entry.type === 'message' ? [entry.message] : []));
    expect(messages).toMatchObject([{ model: 'gateway-injected' }, { role: 'user' }, { stopReason: 'aborted' }]);
    expect(end?.after).toMatch(/^[0-9a-f]{8}$/);
    await seen.dispose();
  });

  test('before the first word leaves an empty aborted answer', async () => {
    h.models.script({ after: forever });
    const run = h.run();
    await h.asked(1);
    await h.runtime.abort({ sessionKey: 'agent:main:main', origin: 'stop-command' });
    expect(await run).toMatchObject({ kind: 'aborted', stopReason: 'stop', partialText: '' });
    expect((await h.history()).at(-1)).toMatchObject({
      content: [],
      stopReason: 'aborted',
      errorMessage: 'Request was aborted.',
    });
  });

  test('a waiting message ends at once and never reaches the model', async () => {
    h.models.script({ text: 'x', hang: true });
    const first = h.run();
    const second = h.run({ runId: 'run-2' });
    await h.asked(1);
    await h.runtime.abort({ sessionKey: 'main', runId: 'run-2', origin: 'rpc' });
    expect(await second).toMatchObject({ kind: 'aborted', partialText: '' });
    expect(h.models.requests).toHaveLength(1);
    await h.runtime.abort({ sessionKey: 'main', origin: 'rpc' });
    await first;
  });

  test('while waiting to retry ends without another try', async () => {
    h.models.script({ failure: { message: '429', reason: 'rate_limit' } });
    const run = h.run();
    await h.clock.timerSet(2_000);
    await h.runtime.abort({ sessionKey: 'main', origin: 'rpc' });
    expect(await run).toMatchObject({ kind: 'aborted' });
    expect(h.models.requests).toHaveLength(1);
  });

  test('during a tool ends the tool, keeps its word and skips the rest', async () => {
    h.tools.add('slow', 'possible', async (_args, { signal }) => {
      await new Promise<void>((resume) => signal.addEventListener('abort', () => resume()));
      return { content: [{ type: 'text', text: 'Command aborted by signal SIGTERM' }], isError: true };
    });
    h.models.script({ text: 'Running it.', toolCalls: [toolCall('c1', 'slow'), toolCall('c2', 'slow')] });
    const run = h.run();
    await h.seen('toolStarted');
    await h.runtime.abort({ sessionKey: 'main', origin: 'rpc' });
    expect(await run).toMatchObject({
      kind: 'aborted',
      partialText: 'Running it.',
      payloads: [{ text: 'Running it.' }],
    });
    expect(h.tools.calls).toHaveLength(1);
    const results = (await h.history()).filter((message) => message.role === 'toolResult');
    expect(results).toMatchObject([
      { content: [{ text: 'Command aborted by signal SIGTERM' }] },
      { toolCallId: 'c2', isError: true },
    ]);
  });

  test('by a tool that sees no progress ends the run with its words, and the model is not asked again', async () => {
    const endsRun = 'The run was ended: no progress.';
    h.tools.add('again', 'none', async () => ({ content: [{ type: 'text', text: 'CRITICAL: blocked' }], endsRun }));
    h.models.script({ toolCalls: [toolCall('c1', 'again')] }, { text: 'never' }, { text: 'next' });
    expect(await h.run()).toMatchObject({ kind: 'errored', errorMessage: endsRun });
    expect(h.models.requests).toHaveLength(1);
    const results = (await h.history()).filter((message) => message.role === 'toolResult');
    expect(results).toMatchObject([{ content: [{ text: 'CRITICAL: blocked' }] }]);
  });

  test('the lane is free afterwards', async () => {
    h.models.script({ text: 'x', hang: true }, { text: 'free' });
    const run = h.run();
    await h.seen('text');
    await h.runtime.abort({ sessionKey: 'main', origin: 'rpc' });
    await run;
    expect(await h.run({ runId: 'run-2' })).toMatchObject({ kind: 'answered', payloads: [{ text: 'free' }] });
  });

  test('the time limit ends a run that said nothing with a text that says why', async () => {
    h.models.script({ after: forever });
    const run = h.run({ source: 'agent', timeoutMs: 2_000 });
    await h.asked(1);
    await h.clock.advance(2_000);
    expect(await run).toMatchObject({
      kind: 'aborted',
      stopReason: 'timeout',
      meta: { aborted: true },
      payloads: [{ text: expect.stringContaining('Request timed out before a response was generated.') }],
    });
    await h.run({ runId: 'run-2' });
    expect(h.models.requests[1]?.messages.at(-1)).toMatchObject({
      content: [{ text: expect.stringMatching(/^Note: The previous agent run was aborted/) }],
    });
  });

  test('what became of it is not told to a program that goes on', async () => {
    h.models.script({ after: forever }, { text: 'Two.' });
    const run = h.run({ source: 'agent', timeoutMs: 2_000 });
    await h.asked(1);
    await h.clock.advance(2_000);
    await run;
    await h.run({ runId: 'run-2', source: 'agent' });
    expect(JSON.stringify(h.models.requests[1]?.messages.at(-1))).not.toContain('previous agent run');
  });
});

describe('a store that cannot be written', () => {
  let h: Harness;
  afterEach(() => h.dispose());

  test('refuses a message it cannot keep', async () => {
    h = await createHarness({
      wrapStore: (store) => withLedger(store, { accept: async () => Promise.reject(new Error('disk full')) }),
    });
    await expect(h.runtime.submit(testRequest())).rejects.toThrow('disk full');
    expect(h.runtime.active()).toEqual([]);
  });

  test('still tells the outcome of a turn it cannot store', async () => {
    h = await createHarness({
      wrapStore: (store) => withLedger(store, { endTurn: async () => Promise.reject(new Error('disk full')) }),
    });
    h.models.script({ text: 'Answer.' });
    const run = h.run();
    for (const delayMs of [50, 250, 1_000]) {
      await h.clock.timerSet(delayMs);
      await h.clock.advance(delayMs);
    }
    expect(await run).toMatchObject({ kind: 'answered', payloads: [{ text: 'Answer.' }] });
    expect(h.events.filter((event) => event.type === 'ended')).toHaveLength(1);
  });

  test('ends a turn whose step cannot be stored before its tools run', async () => {
    h = await createHarness({
      wrapStore: (store) => withLedger(store, { appendStep: async () => Promise.reject(new Error('disk full')) }),
    });
    h.tools.add('write', 'possible', () => textResult('written'));
    h.models.script({ toolCalls: [toolCall('c1', 'write')] });
    expect(await h.run()).toMatchObject({ kind: 'errored', errorMessage: expect.stringContaining('disk full') });
    expect(h.tools.calls).toEqual([]);
  });
});

function withLedger(store: Store, changes: Partial<Store['ledger']>): Store {
  return { ...store, ledger: { ...store.ledger, ...changes } };
}
