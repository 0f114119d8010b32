import { silentLogger, systemClock } from '@chela/observability';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealed } from '../auth/credentials.ts';
import type { ModelDriver, ModelEvent, ModelFailure, ModelRequest } from '../driver.ts';
import { createDriverLoaders } from '../driver-loaders.ts';
import { type FakeProvider, type FakeReply, startFakeProvider } from '../testing/fake-provider.ts';
import type { FakeApi } from '../testing/fake-wires.ts';
import { collect, testModel, testRequest } from '../testing/requests.ts';
import { createTransport } from './transport.ts';

const APIS: readonly FakeApi[] = [
  'openai-completions',
  'openai-responses',
  'anthropic-messages',
  'google-generative-ai',
  'ollama',
];
const KEY = 'test-key-1234567890';
const CALL = { id: 'call_1', name: 'read', json: '{"path":"notes.txt"}' };

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());

const deps = {
  transport: createTransport(),
  clock: systemClock,
  logger: silentLogger(),
  env: {},
  idleTimeoutMs: 60_000,
  newId: () => 'fresh',
};
const driverFor = createDriverLoaders(deps);

async function run(
  api: FakeApi,
  reply: FakeReply,
  request: Partial<ModelRequest> = {},
): Promise<readonly ModelEvent[]> {
  provider.script(reply);
  const driver = await driverFor(api);
  const model = testModel(api, provider.url);
  return collect(driver.stream(testRequest(model, request), sealed('test', KEY), new AbortController().signal));
}

function failureOf(events: readonly ModelEvent[]): ModelFailure | undefined {
  const ends = events.filter(({ type }) => type === 'done' || type === 'failed');
  expect(ends).toHaveLength(1);
  expect(events.at(-1)).toBe(ends[0]);
  const [end] = ends;
  return end?.type === 'failed' ? end.failure : undefined;
}

describe.each(APIS)('%s', (api) => {
  test('streams thinking and text in order and ends with priced usage', async () => {
    const usage = { input: 80, output: 7 };
    const events = await run(api, { thinking: 'Hm.', text: ['The notes ', 'say alpha.'], usage }, { thinking: 'low' });
    const texts = events.flatMap((event) => (event.type === 'textDelta' ? [event.text] : []));
    const thoughts = events.flatMap((event) => (event.type === 'thinkingDelta' ? [event.text] : []));
    expect([thoughts, texts]).toEqual([['Hm.'], ['The notes ', 'say alpha.']]);
    expect(events.at(-1)).toMatchObject({
      type: 'done',
      stopReason: 'stop',
      usage: {
        ...usage,
        totalTokens: 87,
        cost: { input: expect.closeTo(0.000_08, 12), output: expect.closeTo(0.000_014, 12) },
      },
    });
  });

  test('gives a tool call whole, with its arguments parsed', async () => {
    const events = await run(api, { calls: [CALL] });
    const call = events.find((event) => event.type === 'toolCall');
    expect(call).toMatchObject({ call: { name: 'read', arguments: { path: 'notes.txt' } } });
    expect(events.at(-1)).toMatchObject({ type: 'done', stopReason: 'toolUse' });
  });

  test('says length when the output limit cut the answer', async () => {
    const events = await run(api, { text: ['half an ans'], stop: 'length' });
    expect(events.at(-1)).toMatchObject({ type: 'done', stopReason: 'length' });
  });

  test.each([
    [400, 'malformed parity request', 'unknown'],
    [401, 'Incorrect API key provided', 'auth'],
    [402, 'Insufficient credits. Please check your plan', 'billing'],
    [403, 'Permission denied', 'auth'],
    [408, 'took too long', 'timeout'],
    [429, 'Rate limit reached', 'rate_limit'],
    [500, 'Internal server error', 'timeout'],
    [529, 'Overloaded', 'timeout'],
  ])('tells a %i in the words of the provider', async (status, message, reason) => {
    const failure = failureOf(await run(api, { status, body: JSON.stringify({ error: { message, type: 'x' } }) }));
    expect(failure).toMatchObject({ message: `${status} ${message}`, status, reason, partial: false });
  });

  test('passes on how long a 429 asks to wait', async () => {
    const failure = failureOf(await run(api, { status: 429, headers: { 'retry-after': '7' }, body: '{}' }));
    expect(failure?.retryAfterMs).toBe(7000);
  });

  test('recognises a prompt that is too long', async () => {
    const body = JSON.stringify({ error: { message: "This model's maximum context length is 128000 tokens." } });
    expect(failureOf(await run(api, { status: 400, body }))?.reason).toBe('context_overflow');
  });

  test('never repeats the key a provider quotes', async () => {
    const body = JSON.stringify({ error: { message: `Incorrect API key provided: ${KEY}` } });
    expect(failureOf(await run(api, { status: 401, body }))?.message).toBe('401 Incorrect API key provided: ***');
  });

  test('reads the title of an error page', async () => {
    const body = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';
    expect(failureOf(await run(api, { status: 502, body }))).toMatchObject({
      message: '502 Bad Gateway',
      reason: 'timeout',
    });
  });

  test('calls garbage in place of an answer what it is', async () => {
    const failure = failureOf(await run(api, { body: '<html><body>Welcome to the router</body></html>' }));
    expect(failure).toMatchObject({ partial: false, reason: 'unknown' });
    expect(failure?.message).toContain('Welcome to the router');
  });

  test('tells an error object that came with a 200', async () => {
    const failure = failureOf(await run(api, { body: JSON.stringify({ error: { message: 'rate limit exceeded' } }) }));
    expect(failure).toMatchObject({ message: 'rate limit exceeded', reason: 'rate_limit' });
  });

  test('treats an empty body as a time-out, so that another model may answer', async () => {
    expect(failureOf(await run(api, { body: '' }))).toMatchObject({ reason: 'timeout', partial: false });
  });

  test('fails once when the stream ends in the middle', async () => {
    const failure = failureOf(await run(api, { text: ['a', 'b', 'c'], fault: { after: 3, how: 'end' } }));
    expect(failure).toMatchObject({ reason: 'timeout', partial: true });
  });

  test('fails once when the connection drops', async () => {
    const failure = failureOf(await run(api, { text: ['a', 'b', 'c'], fault: { after: 3, how: 'drop' } }));
    expect(failure).toMatchObject({ reason: 'timeout', partial: true });
    expect(failure?.message).toMatch(/^Connection error: /);
  });

  test('does not send images to a model that takes text only', async () => {
    const picture = { type: 'image', data: 'aWNvbg==', mimeType: 'image/png' } as const;
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'look' }, picture], timestamp: 1 } as const];
    await run(api, { text: ['ok'] }, { messages, model: testModel(api, provider.url, { input: ['text'] }) });
    expect(JSON.stringify(provider.requests[0]?.body)).not.toContain('aWNvbg==');
    await run(api, { text: ['ok'] }, { messages });
    expect(JSON.stringify(provider.requests[0]?.body)).toContain('aWNvbg==');
  });
});

describe('a filtered answer', () => {
  test.each(APIS.filter((api) => api !== 'ollama'))('of %s ends as a failure that says so', async (api) => {
    const failure = failureOf(await run(api, { text: ['I '], stop: 'filter' }));
    expect(failure).toMatchObject({ partial: true, reason: 'unknown' });
    expect(failure?.message).toMatch(/^The provider stopped the answer: /);
  });
});

describe('arguments that are no JSON object', () => {
  test.each(['openai-completions', 'openai-responses', 'anthropic-messages'] as const)(
    'of %s arrive flagged',
    async (api) => {
      const events = await run(api, { calls: [{ ...CALL, json: '{"path": "notes' }] });
      const call = events.find((event) => event.type === 'toolCall');
      expect(call).toMatchObject({ call: { arguments: {} }, malformed: '{"path": "notes' });
    },
  );
});

describe('a provider that goes silent', () => {
  async function impatient(api: FakeApi): Promise<ModelDriver> {
    return createDriverLoaders({ ...deps, idleTimeoutMs: 30 })(api);
  }

  test.each([0, 2])('after %i frames fails as a time-out', async (after) => {
    provider.script({ text: ['a', 'b', 'c'], fault: { after, how: 'hang' } });
    const driver = await impatient('openai-completions');
    const request = testRequest(testModel('openai-completions', provider.url));
    const failure = failureOf(await collect(driver.stream(request, undefined, new AbortController().signal)));
    expect(failure).toMatchObject({ reason: 'timeout', partial: after > 0 });
    expect(failure?.message).toContain('timed out');
  });
});

describe('an abort in the middle of an answer', () => {
  test('ends the stream as aborted and frees the socket', async () => {
    const own = await startFakeProvider();
    own.script({ text: ['a', 'b'], fault: { after: 1, how: 'hang' } });
    const abort = new AbortController();
    const driver = await driverFor('openai-completions');
    const events: ModelEvent[] = [];
    for await (const event of driver.stream(
      testRequest(testModel('openai-completions', own.url)),
      undefined,
      abort.signal,
    )) {
      events.push(event);
      abort.abort();
    }
    expect(failureOf(events)).toMatchObject({ reason: 'aborted', partial: true });
    await own.abandoned;
    await own.close();
  });

  test('frees the socket too when the reader just walks away', async () => {
    const own = await startFakeProvider();
    own.script({ text: ['a', 'b'], fault: { after: 1, how: 'hang' } });
    const driver = await driverFor('openai-completions');
    const request = testRequest(testModel('openai-completions', own.url));
    for await (const _event of driver.stream(request, undefined, new AbortController().signal)) break;
    await own.abandoned;
    await own.close();
  });

  test('before the first byte sends nothing', async () => {
    provider.script({ text: ['a'] });
    const driver = await driverFor('openai-completions');
    const request = testRequest(testModel('openai-completions', provider.url));
    const events = await collect(driver.stream(request, undefined, AbortSignal.abort()));
    expect(failureOf(events)?.reason).toBe('aborted');
    expect(provider.requests).toHaveLength(0);
  });
});

test('a server nobody runs is a connection error that lets another model try', async () => {
  const driver = await driverFor('openai-completions');
  const gone = await startFakeProvider();
  await gone.close();
  const request = testRequest(testModel('openai-completions', gone.url));
  const failure = failureOf(await collect(driver.stream(request, undefined, new AbortController().signal)));
  expect(failure).toMatchObject({ reason: 'timeout', partial: false });
});
