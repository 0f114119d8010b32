import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, silentMetrics, systemClock } from '@chela/observability';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Environment } from '../catalog/environment-keys.ts';
import { createModelService } from '../create-service.ts';
import { createTransport, type Transport, type TransportRequest } from '../drivers/transport.ts';
import type { ModelService } from '../service.ts';
import { type FakeProvider, type FakeReply, startFakeProvider } from '../testing/fake-provider.ts';
import { lookAtImages } from './look-at-images.ts';
import { createMediaUnderstanding, type Understood } from './understand.ts';
import { withUnderstood } from './understood-body.ts';

let stateDir: string;
let provider: FakeProvider;
let sent: TransportRequest[];
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'media-'));
  provider = await startFakeProvider();
  sent = [];
});
afterEach(async () => {
  await provider.close();
  await rm(stateDir, { recursive: true });
});

/** Every vendor is the fake provider; what was sent is kept as it was. */
const toFake: Transport = (request) => {
  sent.push(request);
  const { pathname, search } = new URL(request.url);
  return createTransport()({ ...request, url: `${provider.url}${pathname}${search}` });
};

function open(config: object, env: Environment): { readonly models: ModelService; readonly config: object } {
  const models = createModelService({
    config: { current: () => config },
    stateDir,
    env: { HOME: stateDir, ...env },
    logger: silentLogger(),
    metrics: silentMetrics(),
    clock: systemClock,
    transport: toFake,
  });
  return { models, config };
}

const signal = new AbortController().signal;
const clip = { data: Buffer.from('sound'), mimeType: 'audio/ogg', fileName: 'voice.ogg' };
const KEYS = {
  OPENAI_API_KEY: 'openai-key',
  GROQ_API_KEY: 'groq-key',
  DEEPGRAM_API_KEY: 'dg-key',
  GEMINI_API_KEY: 'g-key',
};

function understand(
  kind: 'image' | 'audio' | 'video',
  config: object,
  env: Environment,
  replies: readonly FakeReply[],
  media = [clip],
): Promise<readonly Understood[]> {
  provider.script(...replies);
  const opened = open(config, env);
  const understanding = createMediaUnderstanding({
    config: { current: () => config },
    models: opened.models,
    transport: toFake,
    env,
    clock: systemClock,
    logger: silentLogger(),
  });
  return understanding.understand({ agentId: 'main', kind, media, signal });
}
const withModels = (kind: string, ...models: object[]): object => ({ tools: { media: { [kind]: { models } } } });

describe('audio', () => {
  test('goes to the first provider whose key is at hand', async () => {
    const said = await understand('audio', {}, KEYS, [{ body: '{"text":" Hello there. "}' }]);
    expect(said).toEqual([{ kind: 'audio', text: 'Hello there.', by: 'openai/gpt-4o-mini-transcribe' }]);
    expect(sent[0]?.url).toBe('https://api.openai.com/v1/audio/transcriptions');
    expect(sent[0]?.headers.authorization).toBe('Bearer openai-key');
    const body = String(sent[0]?.body);
    expect(body).toContain('name="model"\r\n\r\ngpt-4o-mini-transcribe');
    expect(body).toContain('filename="voice.ogg"\r\ncontent-type: audio/ogg\r\n\r\nsound');
  });

  test('moves on to the next one when the first fails', async () => {
    const config = withModels('audio', { provider: 'groq' }, { provider: 'openai' });
    const said = await understand('audio', config, KEYS, [{ status: 500, body: '{}' }, { body: '{"text":"ok"}' }]);
    expect(said.map(({ by }) => by)).toEqual(['openai/gpt-4o-mini-transcribe']);
    expect(sent.map(({ url }) => new URL(url).hostname)).toEqual(['api.groq.com', 'api.openai.com']);
  });

  test('speaks the wire of Deepgram, options included', async () => {
    const options = { language: 'de', providerOptions: { deepgram: { smart_format: true } } };
    const answer = { results: { channels: [{ alternatives: [{ transcript: 'Guten Tag' }] }] } };
    const config = withModels('audio', { provider: 'deepgram', ...options });
    expect(await understand('audio', config, KEYS, [{ body: JSON.stringify(answer) }])).toMatchObject([
      { text: 'Guten Tag', by: 'deepgram/nova-3' },
    ]);
    expect(sent[0]?.url).toBe('https://api.deepgram.com/v1/listen?model=nova-3&language=de&smart_format=true');
    expect(sent[0]?.headers).toMatchObject({ authorization: 'Token dg-key', 'content-type': 'audio/ogg' });
  });

  test('is given to a program as a file, without a shell', async () => {
    const config = withModels('audio', { type: 'cli', command: 'cat', args: ['{{MediaPath}}'] });
    expect(await understand('audio', config, {}, [])).toEqual([{ kind: 'audio', text: 'sound', by: 'cat' }]);
    const hostile = [{ ...clip, fileName: '../../$(touch x).ogg' }];
    expect(await understand('audio', config, {}, [], hostile)).toMatchObject([{ text: 'sound' }]);
  });

  test.each([
    ['too large', withModels('audio', { provider: 'openai', maxBytes: 2 }), KEYS],
    ['switched off', { tools: { media: { audio: { enabled: false } } } }, KEYS],
    ['without a key', withModels('audio', { provider: 'openai' }), {}],
    ['given to a program that fails', withModels('audio', { type: 'cli', command: 'false' }), {}],
  ])('that is %s is left out, and nobody is asked', async (_why, config, env) => {
    expect(await understand('audio', config, env, [{ body: '{"text":"x"}' }])).toEqual([]);
    expect(sent).toEqual([]);
  });

  test('a provider that never answers is given up in time', async () => {
    const config = withModels('audio', { provider: 'openai', timeoutSeconds: 0.05 });
    const hang = [{ fault: { after: 0, how: 'hang' as const } }];
    expect(await understand('audio', config, KEYS, hang)).toEqual([]);
  });
});

test('a video goes to Google with a prompt that limits the answer', async () => {
  const answer = { candidates: [{ content: { parts: [{ text: 'A cat.' }] } }] };
  const film = [{ data: Buffer.from('film'), mimeType: 'video/mp4', fileName: 'a.mp4' }];
  expect(await understand('video', {}, KEYS, [{ body: JSON.stringify(answer) }], film)).toMatchObject([
    { text: 'A cat.' },
  ]);
  expect(String(sent[0]?.body)).toContain('Describe the video. Respond in at most 500 characters.');
  expect(sent[0]?.headers['x-goog-api-key']).toBe('g-key');
});

describe('images', () => {
  const picture = [{ data: Buffer.from('pixels'), mimeType: 'image/png', fileName: 'a.png' }];
  const configured = {
    agents: { defaults: { imageModel: { primary: 'openai/gpt-5-mini', fallbacks: ['anthropic/claude-opus-4-6'] } } },
  };
  const keys = { ...KEYS, ANTHROPIC_API_KEY: 'a-key' };

  test('are described by the image model, cut to the limit', async () => {
    const config = { ...configured, tools: { media: { image: { maxChars: 5 } } } };
    const said = await understand('image', config, keys, [{ text: ['A white dot.'] }], picture);
    expect(said).toEqual([{ kind: 'image', text: 'A whi…', by: 'openai/gpt-5-mini' }]);
  });

  test('only the first counts, unless all are wanted', async () => {
    const two = [...picture, ...picture];
    expect(await understand('image', configured, keys, [{ text: ['x'] }], two)).toHaveLength(1);
    const config = { ...configured, tools: { media: { image: { attachments: { mode: 'all', maxAttachments: 5 } } } } };
    expect(await understand('image', config, keys, [{ text: ['x'] }], two)).toHaveLength(2);
  });

  const look = (models: ModelService, model?: string) =>
    lookAtImages(models, {
      agentId: 'main',
      prompt: 'What is it?',
      images: [{ type: 'image', data: 'cGl4ZWxz', mimeType: 'image/png' }],
      ...(model === undefined ? {} : { model }),
      signal,
    });

  test('go to the fallback when the first model fails', async () => {
    provider.script({ status: 401, body: '{"error":{"message":"no"}}' }, { text: ['A dot.'] });
    expect(await look(open(configured, keys).models)).toEqual({
      text: 'A dot.',
      model: 'anthropic/claude-opus-4-6',
      attempts: [{ model: 'openai/gpt-5-mini', error: '401 no' }],
    });
  });

  test('that no model could look at say what each of them said', async () => {
    provider.script({ status: 401, body: '{"error":{"message":"no"}}' });
    await expect(look(open(configured, keys).models)).rejects.toThrow(
      'All image models failed (2): openai/gpt-5-mini: 401 no (auth) | anthropic/claude-opus-4-6: 401 no (auth)',
    );
    await expect(look(open(configured, keys).models, 'openai/gpt-5-mini')).rejects.toThrow(/^401 no$/);
    await expect(look(open({}, {}).models)).rejects.toThrow('No image model configured.');
  });

  test.each([
    [
      'the vision model of the primary’s provider',
      { agents: { defaults: { model: 'minimax/MiniMax-M2.5' } } },
      { MINIMAX_API_KEY: 'k' },
      ['minimax/MiniMax-VL-01'],
    ],
    [
      'with the usual fallbacks',
      { agents: { defaults: { model: 'zai/glm-5' } } },
      { ZAI_API_KEY: 'k', OPENAI_API_KEY: 'k' },
      ['zai/glm-4.6v', 'openai/gpt-5-mini'],
    ],
    [
      'another provider whose key is there',
      { agents: { defaults: { model: 'groq/x' } } },
      { ANTHROPIC_API_KEY: 'k' },
      ['anthropic/claude-opus-4-6', 'anthropic/claude-opus-4-5'],
    ],
    ['none', { agents: { defaults: { model: 'groq/x' } } }, {}, []],
  ])('are looked at by %s when nothing is configured', async (_what, config, env, expected) => {
    const found = await open(config, env).models.imageModels('main');
    expect(found.map(({ ref }) => `${ref.provider}/${ref.model}`)).toEqual(expected);
  });
});

test.each<[string, string, readonly Understood[], string]>([
  ['nothing was understood', 'hi', [], 'hi'],
  [
    'one image',
    'What is it?',
    [{ kind: 'image', text: 'A dot.', by: 'x' }],
    '[Image]\nUser text:\nWhat is it?\nDescription:\nA dot.',
  ],
  ['a voice note without words', '', [{ kind: 'audio', text: 'Hello', by: 'x' }], '[Audio]\nTranscript:\nHello'],
  [
    'two images',
    'See',
    [
      { kind: 'image', text: 'A', by: 'x' },
      { kind: 'image', text: 'B', by: 'x' },
    ],
    'User text:\nSee\n\n[Image 1/2]\nDescription:\nA\n\n[Image 2/2]\nDescription:\nB',
  ],
])('the body of a message: %s', (_what, text, understood, body) => {
  expect(withUnderstood(text, understood)).toBe(body);
});
