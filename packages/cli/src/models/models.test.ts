import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyDifferences, readSample } from '../testing/sample.ts';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';

let state: StateHome;
let cli: TestContext;

const provider = (baseUrl: string, id: string): object => ({
  baseUrl,
  apiKey: 'mock-key',
  api: 'openai-completions',
  models: ['m1', 'm2'].map((model) => ({
    id: model,
    name: model,
    reasoning: false,
    input: ['text'],
    contextWindow: 200_000,
    maxTokens: 4096,
  })),
  ...(id === '' ? {} : { auth: 'api-key' }),
});
const CONFIG = {
  gateway: { mode: 'local' },
  models: { providers: { mock: provider('http://127.0.0.1:1/v1', '') } },
  agents: {
    defaults: {
      model: { primary: 'mock/m1', fallbacks: ['mock/m2'] },
      models: { 'mock/m1': { alias: 'one' }, 'mock/m2': {} },
    },
  },
};
const CHOSEN = {
  gateway: { mode: 'local' },
  agents: {
    defaults: {
      model: { primary: 'openai/gpt-5.2', fallbacks: ['anthropic/claude-sonnet-4-6'] },
      models: { 'openai/gpt-5.2': {}, 'openai/gpt-5-mini': { alias: 'fast' }, 'anthropic/claude-sonnet-4-6': {} },
    },
  },
};

function open(typed: readonly string[] = [], env: NodeJS.ProcessEnv = {}): TestContext {
  return createTestContext({ env: { ...state.env, ...env }, typed });
}
beforeEach(async () => {
  state = await createStateHome();
  await state.writeConfig(CONFIG);
  cli = open();
});
afterEach(() => state.remove());

const written = async (): Promise<unknown> => JSON.parse(await readFile(state.configPath, 'utf8'));
const storePath = (): string => join(state.stateDir, 'agents', 'main', 'agent', 'auth-profiles.json');
const store = async (): Promise<unknown> => JSON.parse(await readFile(storePath(), 'utf8'));
async function writeStore(content: object): Promise<void> {
  await mkdir(dirname(storePath()), { recursive: true });
  await writeFile(storePath(), JSON.stringify({ version: 1, ...content }));
}

describe('reading', () => {
  it.each([
    ['models-list-table', ['list']],
    ['models-list-plain', ['list', '--plain']],
  ])('prints the text of %s', async (name, argv) => {
    const sample = await readSample(name);
    expect(await cli.run('models', ...argv)).toBe(sample.exitCode);
    expect(cli.stdout).toEqual(sample.stdout);
  });

  it.each([
    ['models-list-json', ['list', '--json']],
    ['models-aliases-json', ['aliases', 'list', '--json']],
    ['models-fallbacks-json', ['fallbacks', 'list', '--json']],
    ['models-authorder-json', ['auth', 'order', 'get', '--provider', 'openai', '--json']],
  ])('prints the JSON of %s', async (name, argv) => {
    const sample = await readSample(name, { '<HOME>': state.home });
    expect(await cli.run('models', ...argv)).toBe(0);
    expect(JSON.parse(cli.stdout.join('\n'))).toEqual(sample.stdout);
  });

  it('prints the status with the members of the sample and no key', async () => {
    const sample = await readSample('models-status-json', { '<HOME>': state.home });
    expect(await cli.run('models', 'status', '--json')).toBe(0);
    const status: unknown = JSON.parse(cli.stdout.join('\n'));
    expect(keyDifferences(sample.stdout, status)).toEqual([]);
    expect(status).toMatchObject({ resolvedDefault: 'mock/m1', allowed: ['mock/m1', 'mock/m2'] });
    expect(cli.stdout.join('\n')).not.toContain('mock-key');
  });

  it('prints the status as the sample does, keys masked', async () => {
    const sample = await readSample('models-status-plain');
    expect(await cli.run('models')).toBe(0);
    const lines = Array.isArray(sample.stdout)
      ? sample.stdout.map((line) => String(line).replaceAll('mock-key', '****'))
      : [];
    expect(cli.stdout).toEqual(lines);
  });

  it('lists everything that is known, or one provider, or this machine', async () => {
    await cli.run('models', 'list', '--all', '--plain', '--provider', 'z.ai');
    expect(cli.stdout).toContain('zai/glm-4.7');
    expect(cli.stdout.every((line) => line.startsWith('zai/'))).toBe(true);
    const local = open();
    await local.run('models', 'list', '--local', '--plain');
    expect(local.stdout).toEqual(['mock/m1', 'mock/m2']);
  });
});

describe('status --check', () => {
  it('ends with 1 when a credential is missing', async () => {
    await state.writeConfig(CHOSEN);
    expect(await cli.run('models', 'status', '--check')).toBe(1);
    expect(cli.stdout.join('\n')).toContain('Missing auth\n- anthropic Run `claude setup-token`');
  });

  it('ends with 0 when all are there, 2 when one expires within a day, 1 when it is over', async () => {
    await state.writeConfig(CHOSEN);
    const env = { OPENAI_API_KEY: 'sk-0123456789abcdef' };
    const token = (expires: number) => ({
      'anthropic:me': { type: 'token', provider: 'anthropic', token: 't', expires },
    });
    await writeStore({ profiles: token(Date.now() + 400 * 86_400_000) });
    expect(await open([], env).run('models', 'status', '--check')).toBe(0);
    await writeStore({ profiles: token(Date.now() + 3_600_000) });
    expect(await open([], env).run('models', 'status', '--check')).toBe(2);
    await writeStore({ profiles: token(Date.now() - 1) });
    expect(await open([], env).run('models', 'status', '--check')).toBe(1);
  });

  it('names a profile that rests', async () => {
    await writeStore({
      profiles: { 'mock:a': { type: 'api_key', provider: 'mock', key: 'k' } },
      usageStats: { 'mock:a': { disabledUntil: Date.now() + 7_300_000, disabledReason: 'billing' } },
    });
    await cli.run('models', 'status');
    expect(cli.stdout).toContain('- mock:a disabled (billing) for 2h');
  });
});

describe('status --probe', () => {
  it('says which providers answer', async () => {
    const server = createServer((_request, response) => {
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end('{"error":{"message":"Incorrect API key provided"}}');
    });
    await new Promise<void>((resolve) => server.listen(state.port, '127.0.0.1', resolve));
    await state.writeConfig({
      ...CONFIG,
      models: { providers: { mock: provider(`http://127.0.0.1:${state.port}/v1`, 'x') } },
    });
    expect(await cli.run('models', 'status', '--json', '--probe')).toBe(0);
    server.close();
    expect(JSON.parse(cli.stdout.join('\n'))).toMatchObject({
      auth: {
        probes: {
          results: [{ provider: 'mock', model: 'mock/m1', status: 'auth', error: '401 Incorrect API key provided' }],
        },
      },
    });
  });
});

describe('choosing', () => {
  it.each([
    ['models-set', ['set', 'openai/gpt-5.2']],
    ['models-aliases-add', ['aliases', 'add', 'fast', 'openai/gpt-5-mini']],
  ])('writes and says what %s says', async (name, argv) => {
    const sample = await readSample(name);
    expect(await cli.run('models', ...argv)).toBe(0);
    expect(cli.stdout).toEqual(sample.stdout);
    expect(cli.stderr[0]).toMatch(/^Config overwrite: /);
  });

  it('keeps the fallbacks when the default changes, and allows the new one', async () => {
    await cli.run('models', 'set', 'openai/gpt-5.2');
    expect(await written()).toMatchObject({
      agents: {
        defaults: { model: { primary: 'openai/gpt-5.2', fallbacks: ['mock/m2'] }, models: { 'openai/gpt-5.2': {} } },
      },
    });
  });

  it('adds a fallback where nothing is configured yet', async () => {
    await state.writeConfig({});
    const sample = await readSample('models-fallbacks-add');
    expect(await cli.run('models', 'fallbacks', 'add', 'anthropic/claude-sonnet-4-6')).toBe(0);
    expect(cli.stdout).toEqual(sample.stdout);
    expect(await written()).toMatchObject({
      agents: { defaults: { model: { fallbacks: ['anthropic/claude-sonnet-4-6'] } } },
    });
  });

  it('adds a fallback once, removes it by alias, and clears', async () => {
    await cli.run('models', 'fallbacks', 'add', 'one');
    await cli.run('models', 'fallbacks', 'add', 'mock/m1');
    expect(cli.stdout.at(-1)).toBe('Fallbacks: mock/m2, mock/m1');
    await cli.run('models', 'fallbacks', 'remove', 'one');
    expect(cli.stdout.at(-1)).toBe('Fallbacks: mock/m2');
    await cli.run('models', 'fallbacks', 'clear');
    expect(cli.stdout.at(-1)).toBe('Fallback list cleared.');
    expect(await cli.run('models', 'fallbacks', 'remove', 'mock/m2')).toBe(1);
    expect(cli.stderr.at(-1)).toBe('Error: Fallback not found: mock/m2');
  });

  it('has a slot of its own for images', async () => {
    await cli.run('models', 'set-image', 'openai/gpt-5-mini');
    await cli.run('models', 'image-fallbacks', 'add', 'zai/glm-4.6v');
    expect(cli.stdout.slice(-1)).toEqual(['Image fallbacks: zai/glm-4.6v']);
    expect(await written()).toMatchObject({
      agents: { defaults: { imageModel: { primary: 'openai/gpt-5-mini', fallbacks: ['zai/glm-4.6v'] } } },
    });
  });

  it.each([
    [
      ['aliases', 'add', 'two words', 'mock/m1'],
      'Error: Alias must use letters, numbers, dots, underscores, colons, or dashes.',
    ],
    [['aliases', 'add', 'one', 'mock/m2'], 'Error: Alias one already points to mock/m1.'],
    [['aliases', 'remove', 'nope'], 'Error: Alias not found: nope'],
    [['set', '/'], 'Error: Invalid model reference: /'],
    [['auth', 'order', 'set', '--provider', 'mock', 'mock:gone'], 'Error: Auth profile "mock:gone" not found in '],
  ])('refuses %j', async (argv, words) => {
    expect(await cli.run('models', ...argv)).toBe(1);
    expect(cli.stderr.at(-1)).toContain(words);
  });
});

describe('credentials', () => {
  it('stores a pasted token, for its owner only, and names it in the configuration', async () => {
    const paste = open(['  tok-123  ']);
    expect(await paste.run('models', 'auth', 'paste-token', '--provider', 'Mock', '--expires-in', '2d')).toBe(0);
    expect(await store()).toMatchObject({
      profiles: { 'mock:manual': { type: 'token', provider: 'mock', token: 'tok-123' } },
    });
    expect((await stat(storePath())).mode & 0o777).toBe(0o600);
    expect(await written()).toMatchObject({
      auth: { profiles: { 'mock:manual': { provider: 'mock', mode: 'token' } } },
    });
    expect([...paste.stdout, ...paste.stderr].join('\n')).not.toContain('tok-123');
  });

  it('refuses a setup token that was cut while it was copied', async () => {
    const cut = open(['sk-ant-oat01-abc']);
    expect(await cut.run('models', 'auth', 'setup-token')).toBe(1);
    expect(cut.stderr.at(-1)).toBe('Error: Token looks too short; paste the full setup-token');
    await expect(store()).rejects.toThrow('ENOENT');
  });

  it('asks for provider and key', async () => {
    expect(await open(['openai', '', 'sk-1']).run('models', 'auth', 'add')).toBe(0);
    expect(await store()).toMatchObject({ profiles: { 'openai:default': { type: 'api_key', key: 'sk-1' } } });
  });

  it('ends with words when nobody can be asked', async () => {
    expect(await cli.run('models', 'auth', 'paste-token', '--provider', 'mock')).toBe(1);
    expect(cli.stderr.at(-1)).toBe('Error: there is nobody to ask');
  });

  it('writes the order of profiles and takes it away', async () => {
    const key = { type: 'api_key', provider: 'mock', key: 'k' };
    await writeStore({ profiles: { 'mock:a': key, 'mock:b': key } });
    await cli.run('models', 'auth', 'order', 'set', '--provider', 'mock', 'mock:b', 'mock:a');
    expect(await store()).toMatchObject({ order: { mock: ['mock:b', 'mock:a'] } });
    await cli.run('models', 'auth', 'order', 'clear', '--provider', 'mock');
    expect(await store()).not.toHaveProperty('order');
  });

  it('says which agent it does not know', async () => {
    expect(await cli.run('models', 'auth', 'order', 'get', '--provider', 'mock', '--agent', 'ghost')).toBe(1);
    expect(cli.stderr.at(-1)).toContain('Unknown agent id "ghost"');
  });
});
