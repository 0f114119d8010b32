import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, silentMetrics, systemClock } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Environment } from './catalog/environment-keys.ts';
import { createModelService } from './create-service.ts';
import type { ModelRef } from './driver.ts';
import { createTransport, type Transport } from './drivers/transport.ts';
import { type ModelService, UnknownModelError } from './service.ts';
import { type FakeProvider, startFakeProvider } from './testing/fake-provider.ts';
import { collect, testRequest, userSays } from './testing/requests.ts';

let stateDir: string;
let provider: FakeProvider;
let services: ModelService[] = [];
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'models-'));
  provider = await startFakeProvider();
});
afterEach(async () => {
  await Promise.all(services.map((models) => models.close()));
  services = [];
  await provider.close();
  await rm(stateDir, { recursive: true });
});

const nobodyListens: Transport = () => Promise.reject(new Error('connect ECONNREFUSED'));

function service(
  config: unknown,
  more: { readonly env?: Environment; readonly transport?: Transport } = {},
): ModelService {
  const models = createModelService({
    config: { current: () => config },
    stateDir,
    env: more.env ?? {},
    logger: silentLogger(),
    metrics: silentMetrics(),
    clock: systemClock,
    transport: more.transport ?? nobodyListens,
  });
  services.push(models);
  return models;
}

function fakeConfig(model: unknown, provided: object = { apiKey: 'dummy-key' }): object {
  const models = [
    { id: 'm1', name: 'One', reasoning: false, input: ['text'], contextWindow: 128_000, maxTokens: 4096 },
    { id: 'm2', name: 'Two', reasoning: true, input: ['text', 'image'], contextWindow: 64_000, maxTokens: 4096 },
  ];
  const fake = { baseUrl: `${provider.url}/v1`, api: 'openai-completions', models, ...provided };
  return {
    models: { providers: { fake } },
    agents: { defaults: { model, models: { 'fake/m1': { alias: 'one' }, 'fake/m2': {} } } },
  };
}

describe('the model of an agent', () => {
  const primary = async (models: ModelService): Promise<[ModelRef, string]> => {
    const { primary: model, source } = await models.select({ agentId: 'main' });
    return [model.ref, source];
  };

  test('is the configured one', async () => {
    expect(await primary(service(fakeConfig('one')))).toEqual([{ provider: 'fake', model: 'm1' }, 'config']);
  });

  test('is one of a provider whose key is in the environment', async () => {
    const models = service({}, { env: { OPENAI_API_KEY: '"quoted"' } });
    expect(await primary(models)).toEqual([{ provider: 'openai', model: 'gpt-5.2' }, 'env: OPENAI_API_KEY']);
  });

  test('is one of a local server when there is no key', async () => {
    const answers: Transport = (request) => {
      if (!request.url.includes(':11434/')) return nobodyListens(request);
      const body = (async function* () {
        yield '{"models":[{"name":"llama3.2:1b"}]}';
      })();
      return Promise.resolve({ status: 200, header: () => undefined, body });
    };
    const models = service({}, { transport: answers });
    expect(await primary(models)).toEqual([{ provider: 'ollama', model: 'llama3.2:1b' }, 'local server']);
    expect((await models.catalog()).some((row) => row.provider === 'ollama')).toBe(true);
  });

  test('is the demonstration when there is nothing at all', async () => {
    expect(await primary(service({}))).toEqual([{ provider: 'demo', model: 'chela' }, 'demo']);
  });

  test('comes with its fallbacks, each once, unknown ones left out', async () => {
    const models = service(fakeConfig({ primary: 'fake/m1', fallbacks: ['fake/m1', 'fake/m2', 'ghost/x'] }));
    const { fallbacks } = await models.select({ agentId: 'main' });
    expect(fallbacks.map(({ ref }) => ref.model)).toEqual(['m2']);
  });

  test('with an override has the configured primary as last resort', async () => {
    const models = service(fakeConfig({ primary: 'fake/m1', fallbacks: [] }));
    const chosen = await models.select({ agentId: 'main', override: { provider: 'fake', model: 'm2' } });
    expect([chosen.primary.ref.model, chosen.fallbacks.map(({ ref }) => ref.model), chosen.source]).toEqual([
      'm2',
      ['m1'],
      'session',
    ]);
  });

  test('that nobody knows is refused by name', async () => {
    const models = service({ agents: { defaults: { model: 'ghost/x' } } });
    await expect(models.select({ agentId: 'main' })).rejects.toThrow(new UnknownModelError('Unknown model: ghost/x'));
  });

  test('of a configured provider may be one its list does not name', async () => {
    const models = service(fakeConfig('fake/brand-new'));
    const { primary: model } = await models.select({ agentId: 'main' });
    expect(model).toMatchObject({
      api: 'openai-completions',
      contextWindow: 128_000,
      maxTokens: 4096,
      input: ['text'],
    });
  });
});

test('the catalog has the configured models with their facts', async () => {
  const rows = await service(fakeConfig('one')).catalog();
  expect(rows.filter((row) => row.provider === 'fake')).toEqual([
    { id: 'm1', name: 'One', provider: 'fake', contextWindow: 128_000, reasoning: false, input: ['text'] },
    { id: 'm2', name: 'Two', provider: 'fake', contextWindow: 64_000, reasoning: true, input: ['text', 'image'] },
  ]);
});

test('models.json adds providers and models; the configuration has the first word', async () => {
  const agentDir = join(stateDir, 'agents', 'main', 'agent');
  await mkdir(agentDir, { recursive: true });
  const models = [
    { id: 'm1', name: 'Another one' },
    { id: 'm3', name: 'Three' },
  ];
  const found = { baseUrl: `${provider.url}/found/v1`, apiKey: 'found-key', api: 'openai-completions', models };
  await writeFile(join(agentDir, 'models.json'), JSON.stringify({ providers: { found, fake: { ...found } } }));
  const merged = service(fakeConfig('found/m3'), { transport: createTransport() });
  const names = (await merged.catalog()).flatMap((row) => (row.provider === 'fake' ? [row.name] : []));
  expect(names).toEqual(['One', 'Three', 'Two']);
  provider.script({ text: ['ok'] });
  const { primary } = await merged.select({ agentId: 'main' });
  await collect(merged.stream(testRequest(primary), 'main', new AbortController().signal));
  expect(provider.requests[0]).toMatchObject({
    path: '/found/v1/chat/completions',
    headers: { authorization: 'Bearer found-key' },
  });
  const replaced = service({ ...fakeConfig('fake/m1'), models: { mode: 'replace', providers: {} } });
  expect((await replaced.catalog()).some((row) => row.provider === 'found')).toBe(false);
});

test('the allowlist lets its own entries and the default pass', async () => {
  const models = service(fakeConfig('fake/m1'));
  expect(await models.allowed({ provider: 'fake', model: 'm2' }, 'main')).toBe(true);
  expect(await models.allowed({ provider: 'openai', model: 'gpt-5' }, 'main')).toBe(false);
});

describe('a model call', () => {
  const call = async (models: ModelService): ReturnType<typeof collect> => {
    const { primary } = await models.select({ agentId: 'main' });
    return collect(
      models.stream(testRequest(primary, { messages: [userSays('hi')] }), 'main', new AbortController().signal),
    );
  };

  const writeProfiles = async (agentId: string, profiles: object): Promise<void> => {
    const folder = join(stateDir, 'agents', agentId, 'agent');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'auth-profiles.json'), JSON.stringify({ version: 1, profiles }));
  };
  const key = (name: string): object => ({ type: 'api_key', provider: 'fake', key: name });

  test('has the exact shape of the contract', async () => {
    provider.script({ text: ['ok'] });
    await call(
      service(fakeConfig('one', { apiKey: 'dummy-key', headers: { 'x-parity': 'yes' } }), {
        transport: createTransport(),
      }),
    );
    expect(provider.requests[0]).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer dummy-key', 'x-parity': 'yes' },
      body: {
        model: 'm1',
        stream: true,
        stream_options: { include_usage: true },
        store: false,
        max_completion_tokens: 4096,
      },
    });
  });

  test('takes the key of the main agent when the agent has none of its own', async () => {
    await writeProfiles('main', { 'fake:default': key('main-key') });
    provider.script({ text: ['ok'] });
    const models = service(fakeConfig('one', {}), { transport: createTransport() });
    expect((await models.credential('fake', 'ops'))?.source).toBe('profile:fake:default');
    await call(models);
    expect(provider.requests[0]?.headers.authorization).toBe('Bearer main-key');
  });

  test('moves to the next profile when a key is refused, and stays with it', async () => {
    await writeProfiles('main', { 'fake:one': key('first'), 'fake:two': key('second') });
    provider.script({ status: 401, body: '{"error":{"message":"Incorrect API key provided"}}' }, { text: ['ok'] });
    const models = service(fakeConfig('one', {}), { transport: createTransport() });
    expect((await call(models)).at(-1)?.type).toBe('done');
    await call(models);
    expect(provider.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
      'Bearer second',
    ]);
  });

  test('stays with a profile after a single 429', async () => {
    await writeProfiles('main', { 'fake:one': key('first'), 'fake:two': key('second') });
    provider.script({ status: 429, body: '{}' }, { text: ['ok'] });
    const models = service(fakeConfig('one', {}), { transport: createTransport() });
    expect((await call(models)).at(-1)).toMatchObject({ type: 'failed', failure: { reason: 'rate_limit' } });
    await call(models);
    expect(provider.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer first']);
  });

  test('takes a thinking level the provider offers when it does not know the one asked for', async () => {
    provider.script(
      { status: 400, body: '{"error":{"message":"Unsupported value. Supported values are: \'low\', \'high\'."}}' },
      { text: ['ok'] },
    );
    const models = service(fakeConfig('fake/m2'), { transport: createTransport() });
    const { primary } = await models.select({ agentId: 'main' });
    const request = testRequest(primary, { thinking: 'minimal' });
    const events = await collect(models.stream(request, 'main', new AbortController().signal));
    expect(events.at(-1)?.type).toBe('done');
    expect(provider.requests.map(({ body }) => body.reasoning_effort)).toEqual(['minimal', 'low']);
  });

  test('without a key says where one would be looked for', async () => {
    const events = await call(service({ agents: { defaults: { model: 'openai/gpt-5' } } }));
    expect(events).toMatchObject([{ type: 'failed', failure: { reason: 'auth' } }]);
    expect(JSON.stringify(events)).toContain('No API key found for provider \\"openai\\". Auth store: ');
  });

  test('reuses its connection', async () => {
    provider.script({ text: ['ok'] });
    const models = service(fakeConfig('one'), { transport: createTransport() });
    await call(models);
    await call(models);
    expect(provider.connections()).toBe(1);
  });
});

test('a credential shows where it came from and nothing else', async () => {
  const found = await service({}, { env: { OPENAI_API_KEY: 'very-secret' } }).credential('openai', 'main');
  expect(JSON.stringify(found)).not.toContain('very-secret');
  expect(found?.reveal()).toBe('very-secret');
});
