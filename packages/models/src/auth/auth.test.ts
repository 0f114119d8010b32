import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, silentLogger, silentMetrics, systemClock } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createModelService } from '../create-service.ts';
import type { ModelEvent, ModelRequest } from '../driver.ts';
import { createTransport, type Transport } from '../drivers/transport.ts';
import type { ModelService } from '../service.ts';
import { type FakeProvider, startFakeProvider } from '../testing/fake-provider.ts';
import { collect, testRequest } from '../testing/requests.ts';
import { createAuthStoreFiles } from './store-file.ts';

let stateDir: string;
let provider: FakeProvider;
let services: ModelService[] = [];
let now = 0;
const clock: Clock = { now: () => now, after: systemClock.after };

beforeEach(async () => {
  now = Date.now();
  stateDir = await mkdtemp(join(tmpdir(), 'auth-'));
  provider = await startFakeProvider();
});
afterEach(async () => {
  await Promise.all(services.map((models) => models.close()));
  services = [];
  await provider.close();
  await rm(stateDir, { recursive: true });
});

const folder = (agent = 'main'): string => join(stateDir, 'agents', agent, 'agent');
const storeFile = (agent = 'main'): string => join(folder(agent), 'auth-profiles.json');

async function writeStore(store: object, agent = 'main'): Promise<void> {
  await mkdir(folder(agent), { recursive: true });
  await writeFile(storeFile(agent), JSON.stringify({ version: 1, ...store }));
}

async function readStore(agent = 'main'): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(storeFile(agent), 'utf8'));
}

const key = (secret: string): object => ({ type: 'api_key', provider: 'fake', key: secret });
const TWO = { 'fake:one': key('first'), 'fake:two': key('second') };
const REFUSED = { status: 401, body: '{"error":{"message":"Incorrect API key provided"}}' };
const LIMITED = { status: 429, body: '{"error":{"message":"Rate limit reached"}}' };
const BROKE = { status: 402, body: '{"error":{"message":"Insufficient credits"}}' };

function open(
  more: {
    readonly config?: object;
    readonly transport?: Transport;
    readonly env?: object;
    readonly onCredentials?: (secrets: readonly string[]) => void;
  } = {},
): ModelService {
  const model = { id: 'm1', name: 'One', reasoning: false, input: ['text'], contextWindow: 128_000, maxTokens: 4096 };
  const of = { baseUrl: `${provider.url}/v1`, api: 'openai-completions', models: [model] };
  const models = createModelService({
    config: {
      current: () => ({
        models: { providers: { fake: of, other: { ...of, apiKey: 'other-key' } } },
        agents: { defaults: { model: { primary: 'fake/m1', fallbacks: ['other/m1'] } } },
        ...more.config,
      }),
    },
    stateDir,
    env: { HOME: stateDir, ...more.env },
    logger: silentLogger(),
    metrics: silentMetrics(),
    clock,
    transport: more.transport ?? createTransport(),
    ...(more.onCredentials !== undefined && { onCredentials: more.onCredentials }),
  });
  services.push(models);
  return models;
}

async function call(
  models: ModelService,
  changes: Partial<ModelRequest> = {},
  agent = 'main',
): Promise<ModelEvent | undefined> {
  const { primary } = await models.select({ agentId: agent });
  return (await collect(models.stream(testRequest(primary, changes), agent, new AbortController().signal))).at(-1);
}

const keysUsed = (): readonly unknown[] => provider.requests.map(({ headers }) => headers.authorization);

describe('the use of profiles', () => {
  test('is written into their file: cooldown of the refused, last use of the good', async () => {
    await writeStore({ profiles: TWO, order: { fake: ['fake:one', 'fake:two'] } });
    provider.script(REFUSED, { text: ['ok'] });
    const models = open();
    expect(await call(models)).toMatchObject({ type: 'done', profileId: 'fake:two' });
    await models.close();
    expect(await readStore()).toEqual({
      version: 1,
      profiles: TWO,
      order: { fake: ['fake:one', 'fake:two'] },
      lastGood: { fake: 'fake:two' },
      usageStats: {
        'fake:one': { errorCount: 1, failureCounts: { auth: 1 }, lastFailureAt: now, cooldownUntil: now + 60_000 },
        'fake:two': { errorCount: 0, lastUsed: now },
      },
    });
    expect((await readdir(folder())).sort()).toEqual(['auth-profiles.json']);
  });

  test('counts for the next process', async () => {
    await writeStore({ profiles: TWO });
    provider.script(BROKE, { text: ['ok'] });
    const first = open();
    await call(first);
    await first.close();
    expect(await readStore()).toMatchObject({
      usageStats: { 'fake:one': { disabledReason: 'billing', disabledUntil: now + 5 * 3_600_000 } },
    });
    provider.script({ text: ['ok'] });
    await call(open());
    expect(keysUsed()).toEqual(['Bearer second']);
  });

  test('keeps what others wrote meanwhile', async () => {
    await writeStore({ profiles: TWO, unknown: 1 });
    provider.script({ text: ['ok'] });
    const models = open();
    await call(models);
    const added = { ...TWO, 'fake:three': key('third') };
    await models.close();
    await writeStore({ profiles: added, unknown: 2, usageStats: { 'fake:one': { lastUsed: 5, extra: true } } });
    await call(models);
    await models.close();
    expect(await readStore()).toMatchObject({
      profiles: added,
      unknown: 2,
      usageStats: { 'fake:one': { extra: true } },
    });
  });

  test('is not written over a file that is no JSON', async () => {
    await mkdir(folder(), { recursive: true });
    await writeFile(storeFile(), '{ half a fi');
    await expect(createAuthStoreFiles({ now: Date.now }).update(folder(), (file) => file)).rejects.toThrow(
      'is no JSON object',
    );
    expect(await readFile(storeFile(), 'utf8')).toBe('{ half a fi');
  });

  test('waits for a lock of another process, and takes over one that was left behind', async () => {
    await writeStore({ profiles: TWO });
    await writeFile(`${storeFile()}.lock`, '{"pid":1}');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${storeFile()}.lock`, longAgo, longAgo);
    provider.script({ text: ['ok'] });
    const models = open();
    await call(models);
    await models.close();
    expect(await readStore()).toMatchObject({ lastGood: { fake: 'fake:one' } });
  });
});

describe('a profile', () => {
  test('is left after the second 429 in a row, not after the first', async () => {
    await writeStore({ profiles: TWO });
    provider.script(LIMITED, LIMITED, { text: ['ok'] });
    const models = open();
    expect(await call(models)).toMatchObject({ type: 'failed', failure: { reason: 'rate_limit' } });
    expect(await call(models)).toMatchObject({ type: 'done', profileId: 'fake:two' });
    expect(keysUsed()).toEqual(['Bearer first', 'Bearer first', 'Bearer second']);
  });

  test('that a person pinned is never exchanged', async () => {
    await writeStore({ profiles: TWO });
    provider.script(REFUSED);
    const models = open();
    expect(await call(models, { profile: { id: 'fake:two', isPinned: true } })).toMatchObject({ type: 'failed' });
    expect(keysUsed()).toEqual(['Bearer second']);
    const gone = await call(models, { profile: { id: 'fake:gone', isPinned: true } });
    expect(gone).toMatchObject({
      failure: { message: 'No credentials found for profile "fake:gone".', reason: 'auth' },
    });
  });

  test('of another provider stays behind when the session changes its model', async () => {
    await writeStore({ profiles: { ...TWO, 'else:one': { type: 'api_key', provider: 'else', key: 'x' } } });
    provider.script({ text: ['ok'] });
    const end = await call(open(), { profile: { id: 'else:one', isPinned: true } });
    expect(end).toMatchObject({ type: 'done', profileId: 'fake:one' });
  });

  test('of the session goes first until it rests', async () => {
    await writeStore({ profiles: TWO });
    provider.script({ text: ['ok'] });
    const models = open();
    await call(models, { profile: { id: 'fake:two', isPinned: false } });
    now += 1;
    provider.script(REFUSED, { text: ['ok'] });
    await call(models, { profile: { id: 'fake:two', isPinned: false } });
    expect(keysUsed()).toEqual(['Bearer second', 'Bearer first']);
  });
});

describe('a model whose profiles all rest', () => {
  const resting = (untilMs: number): object => ({
    profiles: TWO,
    usageStats: { 'fake:one': { cooldownUntil: now + untilMs }, 'fake:two': { cooldownUntil: now + untilMs + 1 } },
  });

  test('is passed over for a fallback', async () => {
    await writeStore(resting(600_000));
    const { primary } = await open().select({ agentId: 'main' });
    expect(primary.ref.provider).toBe('other');
  });

  test('is looked at now and then when its rest is nearly over', async () => {
    await writeStore(resting(60_000));
    const models = open();
    const provided = async (): Promise<string> => (await models.select({ agentId: 'main' })).primary.ref.provider;
    expect([await provided(), await provided()]).toEqual(['fake', 'other']);
    now += 31_000;
    expect(await provided()).toBe('fake');
  });

  test('is asked all the same when there is nothing else', async () => {
    await writeStore(resting(600_000));
    const models = open({ config: { agents: { defaults: { model: 'fake/m1' } } } });
    provider.script({ text: ['ok'] });
    expect((await call(models))?.type).toBe('done');
  });
});

describe('an OAuth token that is over', () => {
  const login = (access: string, expires: number): object => ({
    type: 'oauth',
    provider: 'qwen-portal',
    access,
    refresh: `refresh-of-${access}`,
    expires,
    email: 'me@example.com',
  });
  const config = { agents: { defaults: { model: 'qwen-portal/coder-model' } } };
  const renewals: string[] = [];
  let answer: { readonly status: number; readonly body: unknown };
  beforeEach(() => {
    renewals.length = 0;
    answer = { status: 200, body: { access_token: 'fresh', refresh_token: 'next', expires_in: 3600 } };
  });
  /** The vendor's token endpoint, and its models at the fake provider. */
  const vendor: Transport = async (request) => {
    if (!request.url.includes('/oauth2/token')) {
      return createTransport()({ ...request, url: request.url.replace('https://portal.qwen.ai', provider.url) });
    }
    renewals.push(String(request.body ?? ''));
    const text = JSON.stringify(answer.body);
    return {
      status: answer.status,
      header: () => undefined,
      body: (async function* () {
        yield text;
      })(),
    };
  };

  test('is renewed once for many calls at the same time, and written back', async () => {
    await writeStore({ profiles: { 'qwen-portal:me': login('old', now - 1) } });
    provider.script({ text: ['ok'] });
    const models = open({ config, transport: vendor });
    const ends = await Promise.all([call(models), call(models), call(models)]);
    expect(ends.map((event) => event?.type)).toEqual(['done', 'done', 'done']);
    expect(renewals).toHaveLength(1);
    expect(Object.fromEntries(new URLSearchParams(renewals[0]))).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-of-old',
    });
    expect(new Set(keysUsed())).toEqual(new Set(['Bearer fresh']));
    await models.close();
    expect(await readStore()).toMatchObject({
      profiles: { 'qwen-portal:me': { access: 'fresh', refresh: 'next', email: 'me@example.com' } },
    });
  });

  test('is made known, old and new, before it is used', async () => {
    await writeStore({ profiles: { 'qwen-portal:me': login('old', now - 1) } });
    provider.script({ text: ['ok'] });
    const known = new Set<string>();
    const transport: Transport = (request) => {
      if (!request.url.includes('/oauth2/token')) expect([...known]).toContain('fresh');
      return vendor(request);
    };
    const onCredentials = (secrets: readonly string[]): void => {
      for (const secret of secrets) known.add(secret);
    };
    const models = open({ config, transport, onCredentials });
    expect((await call(models))?.type).toBe('done');
    expect(known).toEqual(new Set(['old', 'refresh-of-old', 'fresh', 'next']));
  });

  test('is taken from the file when another process renewed it first', async () => {
    await writeStore({ profiles: { 'qwen-portal:me': login('old', now - 1) } });
    provider.script({ text: ['ok'] });
    const one = open({ config, transport: vendor });
    const two = open({ config, transport: vendor });
    await Promise.all([call(one), call(two)]);
    expect(renewals).toHaveLength(1);
    expect(new Set(keysUsed())).toEqual(new Set(['Bearer fresh']));
  });

  test('that cannot be renewed is told in the contract’s words, without the token', async () => {
    await writeStore({ profiles: { 'qwen-portal:me': login('old', now - 1) } });
    answer = { status: 400, body: { error: 'invalid_grant' } };
    const end = await call(open({ config, transport: vendor }));
    expect(end).toMatchObject({
      failure: {
        reason: 'auth',
        message: 'OAuth token refresh failed for qwen-portal: 400 invalid_grant. Please try again or re-authenticate.',
      },
    });
  });

  test('is passed over when another profile works', async () => {
    const token = { type: 'token', provider: 'qwen-portal', token: 'plain' };
    await writeStore({ profiles: { 'qwen-portal:me': login('old', now - 1), 'qwen-portal:tok': token } });
    answer = { status: 500, body: {} };
    provider.script({ text: ['ok'] });
    expect((await call(open({ config, transport: vendor })))?.type).toBe('done');
    expect(keysUsed()).toEqual(['Bearer plain']);
  });

  test('of an agent without profiles of its own is renewed in the main agent’s file', async () => {
    await writeStore({ profiles: { 'qwen-portal:me': login('old', now - 1) } });
    provider.script({ text: ['ok'] });
    const models = open({ config, transport: vendor });
    await call(models, {}, 'ops');
    await models.close();
    expect(await readStore()).toMatchObject({ profiles: { 'qwen-portal:me': { access: 'fresh' } } });
    await expect(readFile(storeFile('ops'))).rejects.toThrow('ENOENT');
  });

  test('of the vendor’s own command line is used while it is good', async () => {
    await mkdir(join(stateDir, '.qwen'));
    const creds = { access_token: 'cli-token', refresh_token: 'r', expiry_date: now + 3_600_000 };
    await writeFile(join(stateDir, '.qwen', 'oauth_creds.json'), JSON.stringify(creds));
    provider.script({ text: ['ok'] });
    expect(await call(open({ config, transport: vendor }))).toMatchObject({ profileId: 'qwen-portal:qwen-cli' });
    expect(keysUsed()).toEqual(['Bearer cli-token']);
  });
});
