import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModelService, type ModelService } from '@chela/models';
import { silentLogger, silentMetrics } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunOutcome } from './runtime.ts';
import { createHarness, type Harness, testRequest } from './testing/harness.ts';

/** The turn machine over the real model service and a provider that speaks HTTP and misbehaves. */

type Answer = (response: ServerResponse) => void;

let server: Server;
let url: string;
let asked: string[];
let answers: Record<string, readonly Answer[]>;
let models: ModelService;
let h: Harness;
let dir: string;
let isSilent = false;

const json =
  (status: number, message: string, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify({ error: { message } }));
const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const usage = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 1000, completion_tokens: 500 } })}\n\n`;
const text =
  (words: string): Answer =>
  (response) =>
    response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .end(chunk({ content: words }) + chunk({}, 'stop') + usage);
const toolCalls: Answer = (response) => {
  const call = { index: 0, id: `call-${asked.length}`, function: { name: 'look', arguments: '{}' } };
  response
    .writeHead(200, { 'content-type': 'text/event-stream' })
    .end(chunk({ tool_calls: [call] }) + chunk({}, 'tool_calls') + usage);
};
const truncated: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ content: 'Half an' }), () => response.destroy());
};
const garbage: Answer = (response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>');
const silence: Answer = (response) => {
  isSilent = true;
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
};

const REFUSED = json(401, 'Incorrect API key provided');
const BROKE = json(402, 'Insufficient credits. Please check your plan and billing details.');
const OVERLOADED = json(529, 'Overloaded');
const LIMITED = json(429, 'Rate limit reached, please try again later');

function serve(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  request.on('end', () => {
    const [, name = ''] = (request.url ?? '').split('/');
    const secret = (request.headers.authorization ?? '').replace('Bearer ', '');
    asked.push(`${name} ${secret}`);
    const script = answers[name] ?? [];
    const turn = asked.filter((one) => one.startsWith(name)).length - 1;
    const answer = script[Math.min(turn, script.length - 1)];
    if (answer === undefined) response.writeHead(500).end();
    else answer(response);
  });
}

const modelOf = (id: string) => ({
  id,
  name: id,
  reasoning: false,
  input: ['text'],
  contextWindow: 128_000,
  maxTokens: 4096,
  cost: { input: 100, output: 100, cacheRead: 0, cacheWrite: 0 },
});
const config = (more: object = {}): object => ({
  models: {
    providers: {
      mock: { baseUrl: `${url}/p1/v1`, apiKey: 'k1', api: 'openai-completions', models: [modelOf('m1')] },
      alt: { baseUrl: `${url}/p2/v1`, apiKey: 'k2', api: 'openai-completions', models: [modelOf('m2')] },
    },
  },
  agents: { defaults: { model: { primary: 'mock/m1', fallbacks: ['alt/m2'] } } },
  ...more,
});

/** Opens the runtime on this configuration; `alone` leaves the fallback out. */
async function open(more: object = {}): Promise<void> {
  h = await createHarness({
    dir,
    makeModels({ clock, store }) {
      models = createModelService({
        config: { current: () => config(more) },
        stateDir: dir,
        env: { HOME: dir },
        logger: silentLogger(),
        metrics: silentMetrics(),
        clock,
        budgets: store.budgets,
        idleTimeoutMs: 30_000,
      });
      return models;
    },
  });
}
const alone = { agents: { defaults: { model: { primary: 'mock/m1' } } } };

beforeEach(async () => {
  asked = [];
  answers = {};
  isSilent = false;
  dir = await mkdtemp(join(tmpdir(), 'chela-faults-'));
  server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await models.close();
  await h.dispose();
  await rm(dir, { recursive: true, force: true });
});

/** Runs one message to its outcome, however much time that takes, and returns the outcome and its row. */
async function run(runId = 'run-1', changes: object = {}): Promise<{ outcome: RunOutcome; state: string | undefined }> {
  const submitted = await h.runtime.submit(testRequest({ runId, ...changes }));
  if (submitted.status !== 'started') throw new Error(submitted.status);
  let outcome: RunOutcome | undefined;
  void submitted.outcome.then((ended) => {
    outcome = ended;
  });
  // The clock runs ahead of the real one, but leaves the provider time to answer.
  let lastMs = performance.now();
  while (outcome === undefined) {
    await new Promise((resume) => setImmediate(resume));
    const nowMs = performance.now();
    await h.clock.advance(Math.ceil((nowMs - lastMs) * (isSilent ? 1_000 : 25)));
    lastMs = nowMs;
  }
  return { outcome, state: (await h.store.ledger.find('chat.send', runId))?.state };
}
const words = ({ outcome }: { outcome: RunOutcome }): string =>
  outcome.payloads.map(({ text: said }) => said).join('\n');

describe('the fallback', () => {
  test.each([
    ['a refused key', REFUSED, 1],
    ['an empty account', BROKE, 1],
    ['a lasting overload', OVERLOADED, 2],
    ['a lasting rate limit', LIMITED, 2],
  ])('answers after %s; the person reads one answer and no error', async (_why, failure, tries) => {
    await open();
    answers = { p1: [failure], p2: [text('Fallback answer.')] };
    const { outcome, state } = await run();
    expect([outcome.kind, state]).toEqual(['answered', 'answered']);
    expect(outcome.payloads).toEqual([{ text: 'Fallback answer.', mediaUrl: null }]);
    expect(asked).toEqual([...Array.from({ length: tries }, () => 'p1 k1'), 'p2 k2']);
    expect(h.events.filter(({ type }) => type === 'ended')).toHaveLength(1);
  });

  test('answers for a session that was set to a model which fails', async () => {
    await open();
    answers = { p1: [text('Primary answer.')], p2: [REFUSED] };
    const { outcome } = await run('run-1', { model: { provider: 'alt', model: 'm2' } });
    expect(words({ outcome })).toBe('Primary answer.');
    expect(asked).toEqual(['p2 k2', 'p1 k1']);
  });

  test('that is refused as well leaves one error, and the message stands once in the history', async () => {
    await open();
    answers = { p1: [REFUSED], p2: [REFUSED] };
    const ended = await run();
    expect([ended.outcome.kind, ended.state]).toEqual(['errored', 'failed']);
    expect(words(ended)).toBe('401 Incorrect API key provided');
    const roles = (await h.history()).map(({ role }) => role);
    expect(roles).toEqual(['user', 'assistant', 'assistant']);
  });
});

describe('another profile', () => {
  test('answers in the same turn, and the session stays with it', async () => {
    await mkdir(join(dir, 'agents', 'main', 'agent'), { recursive: true });
    const key = (secret: string) => ({ type: 'api_key', provider: 'mock', key: secret });
    await writeFile(
      join(dir, 'agents', 'main', 'agent', 'auth-profiles.json'),
      JSON.stringify({ version: 1, profiles: { 'mock:one': key('one'), 'mock:two': key('two') } }),
    );
    await open(alone);
    answers = { p1: [REFUSED, text('Second profile answers.')] };
    expect(words(await run())).toBe('Second profile answers.');
    expect(words(await run('run-2'))).toBe('Second profile answers.');
    expect(asked).toEqual(['p1 one', 'p1 two', 'p1 two']);
    expect((await h.store.sessions.get('agent:main:main'))?.entry).toMatchObject({
      authProfileOverride: 'mock:two',
      authProfileOverrideSource: 'auto',
    });
  });
});

describe('a provider without a fallback', () => {
  test.each<[string, readonly Answer[], { kind: string; most: number; says: RegExp }]>([
    [
      '429 with Retry-After is waited out',
      [json(429, 'slow', { 'retry-after': '3' }), text('ok')],
      { kind: 'answered', most: 2, says: /^ok$/ },
    ],
    [
      '429 with a pause of an hour ends at once',
      [json(429, 'slow', { 'retry-after': '3600' })],
      { kind: 'errored', most: 1, says: /rate limit/i },
    ],
    ['401 ends at once', [REFUSED], { kind: 'errored', most: 1, says: /401 Incorrect API key/ }],
    ['402 ends at once', [BROKE], { kind: 'errored', most: 1, says: /billing/ }],
    ['500 ends after its retries', [json(500, 'Internal error')], { kind: 'errored', most: 4, says: /./ }],
    ['529 ends after its retries', [OVERLOADED], { kind: 'errored', most: 4, says: /overloaded/ }],
    ['a truncated stream is not tried again', [truncated], { kind: 'errored', most: 1, says: /./ }],
    ['garbage is told', [garbage], { kind: 'errored', most: 1, says: /sign in/ }],
    ['silence is given up', [silence], { kind: 'errored', most: 4, says: /timed out|./ }],
    [
      'a refused request is told',
      [json(400, 'malformed request')],
      { kind: 'errored', most: 1, says: /malformed request/ },
    ],
    [
      'an overflow ends after each way of shortening the history was tried',
      [json(400, "This model's maximum context length is 128000 tokens.")],
      { kind: 'errored', most: 6, says: /./ },
    ],
  ])('%s: one outcome, few requests', async (_name, script, { kind, most, says }) => {
    await open(alone);
    answers = { p1: script };
    const ended = await run();
    expect(ended.outcome.kind).toBe(kind);
    expect(ended.state).toBe(kind === 'answered' ? 'answered' : 'failed');
    expect(words(ended)).toMatch(says);
    expect(asked.length).toBeLessThanOrEqual(most);
    expect(h.events.filter(({ type }) => type === 'ended')).toHaveLength(1);
    isSilent = false;
    answers = { p1: [text('fine again')] };
    expect((await run('run-2')).outcome.kind).toBe('answered');
  });
});

describe('a budget', () => {
  test('ends a model that calls tools for ever, with words that name the limit', async () => {
    await open({ ...alone, budgets: { run: { usd: 1 } } });
    answers = { p1: [toolCalls] };
    const ended = await run();
    expect([ended.outcome.kind, ended.state]).toEqual(['errored', 'failed']);
    expect(words(ended)).toMatch(/The budget for this run is used up: \$1\.\d\d of \$1\.00 \(budgets\.run\.usd\)/);
    // 0.15 dollars a call: the seventh passes the limit, the eighth is refused.
    expect(asked).toHaveLength(7);
  });

  test('of the day refuses the next run without asking anybody, and a restart does not forget it', async () => {
    const day = { ...alone, budgets: { day: { usd: 0.1 }, session: { tokens: 1_000_000 } } };
    await open(day);
    answers = { p1: [text('ok')] };
    expect((await run()).outcome.kind).toBe('answered');
    await models.close();
    await h.dispose();
    await open(day);
    const refused = await run('run-2');
    expect(refused.state).toBe('failed');
    expect(words(refused)).toContain('budgets.day.usd');
    expect(asked).toHaveLength(1);
    expect(await models.budgets()).toMatchObject([{ kind: 'day', spentUsd: 0.15, reservedUsd: 0, limitUsd: 0.1 }]);
  });

  test('is given back by a provider that refuses', async () => {
    await open({ ...alone, budgets: { day: { usd: 5 } } });
    answers = { p1: [REFUSED] };
    await run();
    expect(await models.budgets()).toMatchObject([{ spentUsd: 0, reservedUsd: 0 }]);
  });

  test('is charged for an answer that was stopped, not for its whole reserve', async () => {
    await open({ ...alone, budgets: { day: { usd: 50 } } });
    answers = { p1: [truncated] };
    await run();
    const [day] = await models.budgets();
    expect(day?.reservedUsd).toBe(0);
    expect(day?.spentUsd).toBeGreaterThan(0);
    expect(day?.spentUsd).toBeLessThan(5);
  });
});
