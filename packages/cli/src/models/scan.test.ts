import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStateHome, type StateHome } from '../testing/state-home.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';

let state: StateHome;
let server: Server;
let asked: string[];

const DAYS_3_S = 3 * 86_400;
const model = (id: string, more: object = {}): object => ({
  id,
  name: id,
  created: Math.floor(Date.now() / 1000) - DAYS_3_S,
  context_length: 32_000,
  architecture: { modality: 'text->text' },
  supported_parameters: ['tools'],
  pricing: { prompt: '0', completion: '0' },
  ...more,
});
const LIST = [
  model('acme/large-70b:free', { context_length: 128_000 }),
  model('acme/small-3b:free'),
  model('other/seeing-12b:free', { architecture: { modality: 'text+image->text' } }),
  model('other/silent-30b:free'),
  model('acme/paid-70b', { pricing: { prompt: '0.1', completion: '0.2' } }),
  model('acme/old-70b:free', { created: 1 }),
];
const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const call = { tool_calls: [{ index: 0, id: 'c1', function: { name: 'ping', arguments: '{}' } }] };

/** OpenRouter with a list of models, of which the silent one never calls a tool. */
beforeEach(async () => {
  asked = [];
  server = createServer(async (request, response) => {
    if (request.url === '/v1/models') return void response.end(JSON.stringify({ data: LIST }));
    let text = '';
    for await (const piece of request) text += String(piece);
    const { model: id, tools } = JSON.parse(text);
    asked.push(`${id} ${tools === undefined ? 'image' : 'tool'}`);
    const calls = tools !== undefined && !id.includes('silent');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      `${chunk(calls ? call : { content: 'OK' })}${chunk({}, calls ? 'tool_calls' : 'stop')}data: [DONE]\n\n`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  state = await createStateHome();
  await state.writeConfig({
    models: {
      providers: { openrouter: { baseUrl: `http://127.0.0.1:${port}/v1`, api: 'openai-completions', models: [] } },
    },
    agents: { defaults: { model: { primary: 'openai/gpt-5.2' }, models: { 'openai/gpt-5.2': {} } } },
  });
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await state.remove();
});

const open = (more: Partial<Parameters<typeof createTestContext>[0]> = {}): TestContext =>
  createTestContext({ ...more, env: { ...state.env, OPENROUTER_API_KEY: 'or-key', ...more.env } });
const defaults = async () => JSON.parse(await readFile(state.configPath, 'utf8')).agents.defaults;

it('lists the free models without asking them, filtered', async () => {
  const cli = open({ env: { ...state.env, OPENROUTER_API_KEY: '' } });
  const flags = ['--no-probe', '--json', '--min-params', '10', '--max-age-days', '30', '--provider', 'acme'];
  expect(await cli.run('models', 'scan', ...flags)).toBe(0);
  expect(JSON.parse(cli.stdout.join('\n'))).toMatchObject([
    {
      id: 'acme/large-70b:free',
      modelRef: 'openrouter/acme/large-70b:free',
      provider: 'acme',
      inferredParamB: 70,
      isFree: true,
      tool: { ok: false, skipped: true },
    },
  ]);
  expect(asked).toEqual([]);
});

it('makes those that call tools the fallbacks, those that see first', async () => {
  const cli = open();
  const code = await cli.run(
    'models',
    'scan',
    '--yes',
    '--set-image',
    '--max-candidates',
    '3',
    '--max-age-days',
    '30',
    '--json',
  );
  expect(code).toBe(0);
  const { selected, selectedImages, results, setImage } = JSON.parse(cli.stdout.join('\n'));
  expect(selected).toHaveLength(3);
  expect(selected[0]).toBe('openrouter/other/seeing-12b:free');
  expect(selected).not.toContain('openrouter/other/silent-30b:free');
  expect([selectedImages, setImage]).toEqual([['openrouter/other/seeing-12b:free'], true]);
  expect(results).toHaveLength(4);
  expect(asked.filter((line) => line.endsWith('image'))).toEqual(['other/seeing-12b:free image']);
  expect(await defaults()).toMatchObject({
    model: { primary: 'openai/gpt-5.2', fallbacks: selected },
    imageModel: { primary: 'openrouter/other/seeing-12b:free', fallbacks: selectedImages },
    models: { 'openai/gpt-5.2': {}, 'openrouter/other/seeing-12b:free': {} },
  });
});

it('asks a person which to take', async () => {
  const cli = open({ answers: () => true, typed: ['1'] });
  expect(await cli.run('models', 'scan', '--provider', 'other', '--set-default')).toBe(0);
  expect((await defaults()).model).toEqual({
    primary: 'openrouter/other/seeing-12b:free',
    fallbacks: ['openrouter/other/seeing-12b:free'],
  });
});

it.each([
  ['without a key', ['--yes'], { OPENROUTER_API_KEY: '' }, 'needs a key of OpenRouter'],
  ['when nobody can choose', [], {}, 'Pass --yes'],
  ['when no model calls tools', ['--yes', '--provider', 'other', '--min-params', '20'], {}, 'none of the free models'],
  ['with a number that is none', ['--no-probe', '--min-params', 'big'], {}, '--min-params must be a number'],
])('changes nothing %s', async (_when, flags, env, words) => {
  const before = await defaults();
  const cli = open({ env: { ...state.env, OPENROUTER_API_KEY: 'or-key', ...env } });
  expect(await cli.run('models', 'scan', ...flags)).toBe(1);
  expect(cli.stderr.join('\n')).toContain(words);
  expect(await defaults()).toEqual(before);
});
