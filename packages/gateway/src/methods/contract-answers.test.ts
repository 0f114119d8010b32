import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@chela/observability';
import { createSpeech, type SpeechService } from '@chela/tools';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRecord } from './record.ts';
import { type MethodBench, openMethodBench } from './testing/method-bench.ts';
import { seedSession } from './testing/seeded-sessions.ts';

/** The contract's own word about a method: `protocol/data/methods.json`. */
const CONTRACT = new URL('../../../protocol/data/methods.json', import.meta.url);
const KEY = 'agent:main:main';

let bench: MethodBench;
let shapes: ReadonlyMap<unknown, unknown>;
let speech: SpeechService;
let stateDir: string;

beforeAll(async () => {
  const rows: unknown = JSON.parse(await readFile(CONTRACT, 'utf8'));
  shapes = new Map((Array.isArray(rows) ? rows : []).filter(isRecord).map((row) => [row.method, row.resultShape]));
  stateDir = await mkdtemp(join(tmpdir(), 'chela-answers-'));
  speech = createSpeech({
    config: () => ({}),
    env: {},
    stateDir,
    clock: systemClock,
    logger: silentLogger(),
    driver: async () => async () => ({
      bytes: Buffer.from('audio'),
      outputFormat: 'mp3',
      extension: '.mp3',
      voiceCompatible: false,
    }),
  });
  bench = await openMethodBench({ speech });
  const { sessionId } = await seedSession(bench, KEY, 0, { modelProvider: 'mock', model: 'm1' });
  const at = bench.clock.now();
  const usage = { input: 10, output: 5, cacheRead: 0, cacheWrite: 0, totalTokens: 15, cost: { total: 0.5 } };
  await bench.services.store.transcripts.append(sessionId, [
    {
      type: 'message',
      message: {
        role: 'assistant',
        content: [{ type: 'text', text: 'hi' }],
        provider: 'mock',
        model: 'm1',
        usage,
        timestamp: at,
      },
    },
    { type: 'message', message: { role: 'user', content: 'agent hello', timestamp: at } },
    { type: 'message', message: { role: 'assistant', content: 'and again', usage, timestamp: at + 20 } },
  ]);
});

afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await speech.close();
  await rm(stateDir, { recursive: true, force: true });
});

/** Members the shape has and the value lacks, and members of another kind; placeholders stand for any value. */
function misfits(shape: unknown, value: unknown, path: string): readonly string[] {
  if (shape === null || (typeof shape === 'string' && /^(<.*>|\?|~\/.*|.*\|.*)$/.test(shape))) return [];
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${path}: no list`];
    const [first] = shape;
    return first === undefined || value.length === 0 || !isRecord(first) ? [] : misfits(first, value[0], `${path}[0]`);
  }
  if (!isRecord(shape)) return typeof shape === typeof value ? [] : [`${path}: ${typeof value}`];
  if (!isRecord(value)) return [`${path}: no object`];
  return Object.entries(shape).flatMap(([name, member]) =>
    name === '…' || name in value
      ? misfits(name === '…' ? null : member, value[name], `${path}.${name}`)
      : [`${path}.${name}: missing`],
  );
}

describe('the answer has the shape that methods.json shows', () => {
  it.each([
    ['usage.status', {}],
    ['usage.cost', { days: 2 }],
    ['sessions.usage', { includeContextWeight: true }],
    ['sessions.usage.timeseries', { key: KEY }],
    ['sessions.usage.logs', { key: KEY }],
    ['tts.status', {}],
    ['tts.providers', {}],
    ['tts.enable', {}],
    ['tts.disable', {}],
    ['tts.setProvider', { provider: 'edge' }],
    ['tts.convert', { text: 'hello' }],
    ['channels.status', {}],
    ['browser.request', { method: 'get', path: '/' }],
    ['update.run', { note: 'n' }],
  ])('%s %o', async (method, params) => {
    const shape = shapes.get(method);
    expect(shape).toBeDefined();
    const isRestart = method === 'update.run' && isRecord(shape);
    // Nothing is installed in a test, so nothing restarts; maps of channels are empty without channels.
    const expected = isRestart ? { ...shape, restart: null } : shape;
    const answer = await bench.call(method, params);
    const found = misfits(expected, answer, method).filter((path) => !path.startsWith('channels.status.channel'));
    expect(found.filter((path) => !/update\.run\.result\.(after|reason)/.test(path))).toEqual([]);
  });
});

describe('a refusal has the words of methods.json', () => {
  const hidden = "at root: unexpected property 'bogus'";
  it.each([
    ['sessions.usage', { bogus: 1 }, `invalid sessions.usage params: ${hidden}`],
    ['sessions.usage', { limit: 0 }, 'invalid sessions.usage params: at /limit: must be >= 1'],
    [
      'sessions.usage',
      { startDate: 'x' },
      'invalid sessions.usage params: at /startDate: must match pattern "^\\d{4}-\\d{2}-\\d{2}$"',
    ],
    ['sessions.usage', { key: '../x' }, 'Invalid session reference: ../x'],
    ['sessions.usage.timeseries', {}, 'key is required for timeseries'],
    ['sessions.usage.timeseries', { key: '../x' }, 'Invalid session key: ../x'],
    ['sessions.usage.timeseries', { key: 'agent:main:nope' }, 'No transcript found for session: agent:main:nope'],
    ['sessions.usage.logs', { key: 5 }, 'key is required for logs'],
    ['sessions.usage.logs', { key: 'agent:main:a:b' }, 'Invalid session key: agent:main:a:b'],
    ['tts.convert', { text: ' ' }, 'tts.convert requires text'],
    ['tts.setProvider', { provider: 'parrot' }, 'Invalid provider. Use openai, elevenlabs, or edge.'],
    ['wizard.start', { bogus: 1 }, `invalid wizard.start params: ${hidden}`],
    ['wizard.next', {}, "invalid wizard.next params: must have required property 'sessionId'"],
    ['wizard.next', { sessionId: 'x' }, 'wizard not found'],
    ['wizard.status', { sessionId: 'x' }, 'wizard not found'],
    ['wizard.cancel', { sessionId: 'x' }, 'wizard not found'],
    ['update.run', { timeoutMs: 0 }, 'invalid update.run params: at /timeoutMs: must be >= 1'],
    ['send', { to: 'a', idempotencyKey: 'k', mediaUrls: [' '] }, 'invalid send params: text or media is required'],
    ['send', { to: 'a', idempotencyKey: 'k', message: 'm' }, 'unsupported channel: whatsapp'],
    ['send', { to: 'a', idempotencyKey: 'k', message: 'm', channel: ' Discord ' }, 'unsupported channel: Discord'],
    [
      'poll',
      { to: 'a', idempotencyKey: 'k', question: 'q', options: ['a', 'b'] },
      'unsupported poll channel: whatsapp',
    ],
    [
      'poll',
      { to: 'a', idempotencyKey: 'k', question: 'q', options: ['a'] },
      'invalid poll params: at /options: must NOT have fewer than 2 items',
    ],
    ['web.login.start', {}, 'web login provider is not available'],
    ['web.login.wait', { timeoutMs: -1 }, 'invalid web.login.wait params: at /timeoutMs: must be >= 0'],
    ['web.login.wait', {}, 'web login provider is not available'],
    ['channels.logout', { channel: 'telegram' }, 'invalid channels.logout channel'],
    ['browser.request', { method: 'GET' }, 'method and path are required'],
    ['browser.request', { method: 'PUT', path: '/' }, 'method must be GET, POST, or DELETE'],
    ['voicecall.initiate', { message: 'm' }, 'unknown method: voicecall.initiate'],
    ['voicecall.status', {}, 'unknown method: voicecall.status'],
  ])('%s %o', async (method, params, message) => {
    await expect(bench.call(method, params)).rejects.toMatchObject({ code: 'INVALID_REQUEST', message });
  });

  it.each([
    ['browser.request', { method: 'GET', path: '/tabs' }, 'browser control is disabled'],
    ['browser.request', { method: 'POST', path: '/start' }, 'browser control is disabled'],
  ])('%s %o is unavailable', async (method, params, message) => {
    await expect(bench.call(method, params)).rejects.toMatchObject({ code: 'UNAVAILABLE', message });
  });

  it('says why a text was not spoken', async () => {
    await using silent = await openMethodBench();
    await expect(silent.call('tts.convert', { text: 'hello' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^TTS conversion failed: /),
    });
  });
});
