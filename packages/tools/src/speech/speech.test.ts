import { access, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '@chela/config';
import { silentLogger, systemClock } from '@chela/observability';
import { expect, it, onTestFinished, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { createBench } from '../testing/bench.ts';
import { createSpeech, type SpeechDeps } from './create-speech.ts';
import { createEdgeSpeech } from './edge-speech.ts';
import { createSpeechDrivers } from './speech-drivers.ts';

interface Asked {
  readonly url: string;
  readonly key: string | undefined;
  readonly body: unknown;
}

function portOf(server: Pick<Server, 'address'>): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A vendor that answers every request alike. */
async function fakeVendor(status: number, audio: string) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const { authorization, 'xi-api-key': key } = request.headers;
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      asked.push({ url: request.url ?? '', key: authorization ?? String(key), body });
      response.writeHead(status, { 'content-type': 'audio/mpeg' }).end(audio);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { asked, url: `http://127.0.0.1:${portOf(server)}` };
}

type EdgeMood = 'speaks' | 'says nothing' | 'hangs up' | 'stalls';

/** The read-aloud service: takes the two messages and sends audio in two parts. */
async function fakeEdge(mood: EdgeMood) {
  const received: string[] = [];
  const paths: string[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on('connection', (socket, request) => {
    paths.push(request.url ?? '');
    socket.on('message', (data) => {
      received.push(String(data));
      if (received.length < 2 || mood === 'stalls') return;
      if (mood === 'hangs up') return socket.close(1011);
      socket.send('X-RequestId:1\r\nPath:turn.start\r\n\r\n{}');
      for (const part of mood === 'speaks' ? ['au', 'dio'] : []) {
        const headers = Buffer.from('X-RequestId:1\r\nContent-Type:audio/mpeg\r\nPath:audio\r\n');
        const length = Buffer.alloc(2);
        length.writeUInt16BE(headers.length);
        socket.send(Buffer.concat([length, headers, Buffer.from(part)]));
      }
      return socket.send('X-RequestId:1\r\nPath:turn.end\r\n\r\n{}');
    });
  });
  await new Promise<void>((resolve) => void server.once('listening', resolve));
  return { received, paths, endpoint: `ws://127.0.0.1:${portOf(server)}/edge/v1` };
}

async function openSpeech(
  options: {
    readonly tts?: Readonly<Record<string, unknown>>;
    readonly env?: Readonly<Record<string, string>>;
    readonly edge?: string;
    readonly clock?: SpeechDeps['clock'];
  } = {},
) {
  const stateDir = await mkdtemp(join(tmpdir(), 'chela-tts-'));
  const clock = options.clock ?? systemClock;
  const drivers = createSpeechDrivers({ clock });
  // Without a stand-in nobody listens where the public service would.
  const edge = createEdgeSpeech({ clock, endpoint: options.edge ?? 'ws://127.0.0.1:1/' });
  const config: Config = { messages: { tts: options.tts ?? {} } };
  const speech = createSpeech({
    config: () => config,
    env: options.env ?? {},
    stateDir,
    clock,
    logger: silentLogger(),
    driver: async (id) => (id === 'edge' ? edge : drivers(id)),
  });
  onTestFinished(async () => {
    await speech.close();
    await rm(stateDir, { recursive: true, force: true });
  });
  return { speech, prefs: join(stateDir, 'settings', 'tts.json') };
}

it('speaks with OpenAI in the format the channel wants', async () => {
  const vendor = await fakeVendor(200, 'audio');
  const env = { OPENAI_API_KEY: 'key', OPENAI_TTS_BASE_URL: `${vendor.url}/v1/` };
  const { speech } = await openSpeech({ tts: { openai: { voice: 'nova' } }, env });
  const plain = await speech.convert({ text: 'Hello' });
  expect(plain).toMatchObject({ provider: 'openai', outputFormat: 'mp3', voiceCompatible: false });
  expect(plain.audioPath).toMatch(/voice-\d+\.mp3$/);
  expect(await readFile(plain.audioPath, 'utf8')).toBe('audio');
  expect((await stat(plain.audioPath)).mode & 0o077).toBe(0);
  const note = await speech.convert({ text: 'Hello', channel: 'Telegram' });
  expect(note).toMatchObject({ outputFormat: 'opus', voiceCompatible: true });
  expect(vendor.asked).toEqual([
    {
      url: '/v1/audio/speech',
      key: 'Bearer key',
      body: { model: 'gpt-4o-mini-tts', input: 'Hello', voice: 'nova', response_format: 'mp3' },
    },
    expect.objectContaining({ body: expect.objectContaining({ response_format: 'opus' }) }),
  ]);
});

it('speaks with ElevenLabs, with the voice that is configured', async () => {
  const vendor = await fakeVendor(200, 'audio');
  const elevenlabs = { baseUrl: vendor.url, apiKey: 'key', voiceId: 'v/1', seed: 7, voiceSettings: { speed: 1.2 } };
  const { speech } = await openSpeech({ tts: { provider: 'elevenlabs', elevenlabs } });
  const spoken = await speech.convert({ text: 'Hello' });
  expect(spoken).toMatchObject({ provider: 'elevenlabs', outputFormat: 'mp3_44100_128', voiceCompatible: false });
  expect(vendor.asked).toEqual([
    {
      url: '/v1/text-to-speech/v%2F1?output_format=mp3_44100_128',
      key: 'key',
      body: {
        text: 'Hello',
        model_id: 'eleven_multilingual_v2',
        seed: 7,
        voice_settings: { stability: 0.5, similarity_boost: 0.75, style: 0, use_speaker_boost: true, speed: 1.2 },
      },
    },
  ]);
});

it('speaks as a model wishes for one answer, as far as that makes sense', async () => {
  const vendor = await fakeVendor(200, 'audio');
  const elevenlabs = { baseUrl: vendor.url, apiKey: 'key', voiceId: 'configured' };
  const { speech } = await openSpeech({ tts: { provider: 'openai', elevenlabs }, env: { OPENAI_API_KEY: 'k' } });
  const spoken = await speech.convert({
    text: 'Hello',
    wishes: [
      ['provider', 'ElevenLabs'],
      ['voiceid', 'pMsXgVXv3BLzUgSXRplE'],
      ['voice_id', 'no such id'],
      ['model', 'eleven_v3'],
      ['stability', '0.1'],
      ['similarity', '7'],
      ['speed', '1.1'],
      ['speakerboost', 'off'],
      ['normalize', 'ON'],
      ['language', 'DE'],
      ['seed', '12'],
      ['seed', '-1'],
      ['colour', 'blue'],
    ],
  });
  expect(spoken.provider).toBe('elevenlabs');
  expect(vendor.asked).toEqual([
    {
      url: '/v1/text-to-speech/pMsXgVXv3BLzUgSXRplE?output_format=mp3_44100_128',
      key: 'key',
      body: {
        text: 'Hello',
        model_id: 'eleven_v3',
        seed: 12,
        apply_text_normalization: 'on',
        language_code: 'de',
        voice_settings: { stability: 0.1, similarity_boost: 0.75, style: 0, use_speaker_boost: false, speed: 1.1 },
      },
    },
  ]);
});

it.each([
  [{ enabled: false }, { model: 'gpt-4o-mini-tts', voice: 'alloy' }, false],
  [{ allowVoice: false }, { model: 'tts-1', voice: 'alloy' }, true],
  [{ allowModelId: false, allowText: false }, { model: 'gpt-4o-mini-tts', voice: 'nova' }, false],
])('with modelOverrides %j a model chooses no more than that', async (modelOverrides, body, takesText) => {
  const vendor = await fakeVendor(200, 'audio');
  const env = { OPENAI_API_KEY: 'key', OPENAI_TTS_BASE_URL: vendor.url };
  const { speech } = await openSpeech({ tts: { modelOverrides }, env });
  await speech.convert({
    text: 'Hello',
    wishes: [
      ['voice', 'nova'],
      ['model', 'tts-1'],
    ],
  });
  expect(vendor.asked).toMatchObject([{ body }]);
  expect(speech.takesSpokenText()).toBe(takesText);
});

it('speaks with Edge without a key and takes the text as text', async () => {
  const edge = await fakeEdge('speaks');
  const { speech } = await openSpeech({ edge: edge.endpoint });
  const spoken = await speech.convert({ text: 'a < b & "c"' });
  expect(spoken).toMatchObject({ provider: 'edge', outputFormat: 'audio-24khz-48kbitrate-mono-mp3' });
  expect(await readFile(spoken.audioPath, 'utf8')).toBe('audio');
  expect(edge.received[0]).toContain('Path:speech.config\r\n\r\n{"context"');
  expect(edge.received[1]).toContain('<voice name="en-US-MichelleNeural">');
  expect(edge.received[1]).toContain('a &lt; b &amp; &quot;c&quot;</prosody>');
  expect(edge.paths[0]).toMatch(/^\/edge\/v1\?TrustedClientToken=\w+&Sec-MS-GEC=[0-9A-F]{64}&/);
});

it.each<[EdgeMood, string]>([
  ['says nothing', 'edge: the answer holds no audio'],
  ['hangs up', 'edge: the service closed the connection (1011)'],
])('names every provider that failed and why, when Edge %s', async (mood, reason) => {
  const edge = await fakeEdge(mood);
  const { speech } = await openSpeech({ edge: edge.endpoint });
  await expect(speech.convert({ text: 'Hello' })).rejects.toThrow(
    `TTS conversion failed: ${reason}; openai: no API key; elevenlabs: no API key`,
  );
});

it('does not wait for ever', async () => {
  const edge = await fakeEdge('stalls');
  const { speech } = await openSpeech({ tts: { edge: { timeoutMs: 1_000 } }, edge: edge.endpoint });
  await expect(speech.convert({ text: 'Hello' })).rejects.toThrow(/edge: .*timeout/i);
});

it('stops when whoever asked is gone', async () => {
  const edge = await fakeEdge('stalls');
  const { speech } = await openSpeech({ edge: edge.endpoint });
  const gone = new AbortController();
  const asked = speech.convert({ text: 'Hello', signal: gone.signal });
  await vi.waitFor(() => expect(edge.received).toHaveLength(2));
  gone.abort(new Error('gone'));
  await expect(asked).rejects.toThrow('gone');
});

it('falls to the next provider when one fails', async () => {
  const broken = await fakeVendor(500, '{}');
  const edge = await fakeEdge('speaks');
  const env = { OPENAI_API_KEY: 'key', OPENAI_TTS_BASE_URL: broken.url };
  const { speech } = await openSpeech({ env, edge: edge.endpoint });
  expect(await speech.convert({ text: 'Hello' })).toMatchObject({ provider: 'edge' });
  const refused = await fakeVendor(401, '{}');
  const elevenlabs = { baseUrl: refused.url, apiKey: 'secret-key' };
  const other = await openSpeech({ tts: { elevenlabs, edge: { enabled: false } }, env });
  await expect(other.speech.convert({ text: 'Hello' })).rejects.toThrow(
    'TTS conversion failed: openai: OpenAI TTS API error (500); elevenlabs: ElevenLabs API error (401); edge: disabled',
  );
});

it('refuses a text that is longer than the limit', async () => {
  const { speech } = await openSpeech({ tts: { maxTextLength: 10 } });
  await expect(speech.convert({ text: 'x'.repeat(11) })).rejects.toThrow('Text too long (11 chars, max 10)');
});

it('keeps what people chose over the configuration, and the rest of their file', async () => {
  const { speech, prefs } = await openSpeech({ tts: { auto: 'tagged', provider: 'openai' }, env: { XI_API_KEY: 'k' } });
  expect(await speech.status()).toEqual({
    enabled: true,
    auto: 'tagged',
    provider: 'openai',
    fallbackProvider: 'elevenlabs',
    fallbackProviders: ['elevenlabs', 'edge'],
    prefsPath: prefs,
    hasOpenAIKey: false,
    hasElevenLabsKey: true,
    edgeEnabled: true,
  });
  await speech.setEnabled(false);
  await speech.setProvider('edge');
  expect(await speech.status()).toMatchObject({ enabled: false, auto: 'off', provider: 'edge' });
  await writeFile(prefs, '{"tts":{"enabled":true,"maxLength":500},"other":1}');
  expect(await speech.status()).toMatchObject({ auto: 'always', provider: 'openai' });
  await Promise.all([speech.setEnabled(false), speech.setProvider('elevenlabs')]);
  expect(JSON.parse(await readFile(prefs, 'utf8'))).toEqual({
    tts: { maxLength: 500, auto: 'off', provider: 'elevenlabs' },
    other: 1,
  });
  await writeFile(prefs, 'not json');
  expect(await speech.status()).toMatchObject({ auto: 'tagged', provider: 'openai' });
});

it('removes a spoken file after a while, and all of them at the end', async () => {
  const edge = await fakeEdge('speaks');
  const tidy: (() => void)[] = [];
  const clock = {
    now: () => Date.now(),
    after: (_delayMs: number, task: () => void) => {
      tidy.push(task);
      return () => {};
    },
  };
  const { speech } = await openSpeech({ edge: edge.endpoint, clock });
  const first = await speech.convert({ text: 'one' });
  tidy.at(-1)?.();
  await vi.waitFor(() => expect(access(first.audioPath)).rejects.toThrow('ENOENT'));
  edge.received.length = 0;
  const second = await speech.convert({ text: 'two' });
  await speech.close();
  await expect(access(second.audioPath)).rejects.toThrow('ENOENT');
});

it('gives the model a MEDIA line, or the reason', async () => {
  const file = {
    audioPath: '/tmp/voice.opus',
    provider: 'openai',
    outputFormat: 'opus',
    voiceCompatible: true,
  } as const;
  const speaking = await createBench({}, { rooms: { speech: { convert: async () => file } } });
  onTestFinished(() => speaking.close());
  const said = await speaking.text('tts', { text: 'Hello', channel: 'telegram' });
  expect(said).toBe('[[audio_as_voice]]\nMEDIA:/tmp/voice.opus');
  const { speech } = await openSpeech({ tts: { edge: { enabled: false } } });
  const failing = await createBench({}, { rooms: { speech } });
  onTestFinished(() => failing.close());
  expect(await failing.text('tts', { text: 'Hello' })).toContain('TTS conversion failed: edge: disabled');
});
