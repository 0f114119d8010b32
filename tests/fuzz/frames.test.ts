import { once } from 'node:events';
import { createProviderMock } from '@chela/parity';
import { createDeviceIdentity, signDevice } from '@chela/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';
import { connectOperator } from '../harness/operator.ts';
import { corpusRequests } from './corpus-frames.ts';
import { inspectHeap } from './inspected-heap.ts';
import { mutatedText } from './mutations.ts';
import { fuzzSeed } from './seed.ts';

const FRAMES = 16_000;
const WARM_UP_FRAMES = 4_000;
const HANDSHAKES = 1_000;
const CONNECTIONS = 8;
/** Frames on one connection that wait for their answers. */
const AT_A_TIME = 50;
const HEAP_GROWTH_LIMIT_BYTES = 24 << 20;
const ANSWER_MS = 30_000;
/** Close codes of the contract (reference protocol/protocol.md §8). */
const CLOSE_CODES = [1000, 1002, 1008, 1009];
const TROUBLE = /unhandled|uncaught|RangeError|out of memory|Maximum call stack/i;

const provider = createProviderMock();
const seed = fuzzSeed('frames');
let home: GatewayHome;
let gateway: GatewayProcess;

beforeAll(async () => {
  home = await createHome();
  const port = await provider.start();
  await home.writeConfig(mockConfig(home, `http://127.0.0.1:${port}`, { tools: { profile: 'minimal' } }));
  gateway = await startGateway(home, { env: { NODE_OPTIONS: '--inspect=127.0.0.1:0' } });
});

afterAll(async () => {
  await gateway.end();
  await provider.stop();
  await home.remove();
});

interface Opened {
  readonly socket: WebSocket;
  readonly nonce: string;
  readonly answers: { readonly id: unknown; readonly ok: unknown; readonly error: unknown }[];
  readonly closed: Promise<number>;
}

async function open(): Promise<Opened> {
  const socket = new WebSocket(gateway.url, { maxPayload: 2 ** 30 });
  const answers: { id: unknown; ok: unknown; error: unknown }[] = [];
  const closed = Promise.withResolvers<number>();
  const greeted = Promise.withResolvers<string>();
  socket.on('error', () => {});
  socket.on('close', (code) => closed.resolve(code));
  socket.on('message', (data) => {
    const frame = JSON.parse(data.toString());
    if (frame.type === 'res') answers.push({ id: frame.id, ok: frame.ok, error: frame.error });
    else if (frame.event === 'connect.challenge') greeted.resolve(frame.payload.nonce);
  });
  return { socket, nonce: await greeted.promise, answers, closed: closed.promise };
}

function connectFrame(nonce: string): { type: string; id: string; method: string; params: object } {
  const client = { id: 'test', version: '1.0.0', platform: 'linux', mode: 'test' };
  const scopes = ['operator.admin'];
  const signed = { clientId: client.id, clientMode: client.mode, role: 'operator', scopes, token: home.token, nonce };
  const device = signDevice(createDeviceIdentity(), { ...signed, signedAtMs: Date.now() });
  const params = {
    minProtocol: 3,
    maxProtocol: 3,
    client,
    role: 'operator',
    scopes,
    auth: { token: home.token },
    device,
  };
  return { type: 'req', id: 'connect', method: 'connect', params };
}

/** Only an object counts: other JSON and broken text is answered with `invalid` or passed over. */
function mustBeAnswered(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Sends the frames a few at a time; every one that is JSON must bring an answer. */
async function pour(frames: readonly string[]): Promise<void> {
  const { socket, nonce, answers, closed } = await open();
  let gone: number | undefined;
  void closed.then((code) => {
    gone = code;
  });
  socket.send(JSON.stringify(connectFrame(nonce)));
  await answered(() => answers.length >= 1);
  expect(answers[0]).toMatchObject({ id: 'connect', ok: true });
  for (let from = 0; from < frames.length; from += AT_A_TIME) {
    const batch = frames.slice(from, from + AT_A_TIME);
    answers.length = 0;
    for (const frame of batch) socket.send(frame, { binary: from % 3 === 0 });
    const wanted = batch.filter(mustBeAnswered).length;
    await answered(() => answers.length >= wanted).catch((error: unknown) => {
      const seen = new Set(answers.map(({ id }) => id));
      const lost = batch.filter((frame) => mustBeAnswered(frame) && !seen.has(JSON.parse(frame)?.id));
      throw new Error(`without an answer: ${lost.map((frame) => frame.slice(0, 500)).join('\n')}`, { cause: error });
    });
    for (const { ok, error } of answers) {
      if (ok !== true) expect(error).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    }
  }
  socket.close();
  await closed;

  async function answered(isDone: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(ANSWER_MS);
    while (!isDone()) {
      if (gone !== undefined) throw new Error(`closed with ${gone} in the middle of frames\n${gateway.output()}`);
      await once(socket, 'message', { signal }).catch(() => {
        if (gone === undefined) throw new Error(`a frame was not answered\n${gateway.output().slice(-2_000)}`);
      });
    }
  }
}

async function pourAll(frames: readonly string[]): Promise<void> {
  const share = Math.ceil(frames.length / CONNECTIONS);
  await Promise.all(
    Array.from({ length: CONNECTIONS }, (_, index) => pour(frames.slice(index * share, (index + 1) * share))),
  );
}

async function isWell(): Promise<void> {
  const operator = await connectOperator(gateway.url, home.token);
  expect(await operator.request('health')).toMatchObject({ ok: true });
  await operator.close();
  expect(gateway.running).toBe(true);
  expect(gateway.output()).not.toMatch(TROUBLE);
}

test('every mutated request is answered, and the heap stays as it was', async () => {
  const requests = (await corpusRequests()).map((request, index) => ({ type: 'req', id: `f${index}`, ...request }));
  const frames = fc.sample(mutatedText(requests), { numRuns: FRAMES + WARM_UP_FRAMES, seed });
  const heap = await inspectHeap(gateway.output());
  await pourAll(frames.slice(0, WARM_UP_FRAMES));
  const before = await heap.usedAfterCollection();
  await pourAll(frames.slice(WARM_UP_FRAMES));
  const after = await heap.usedAfterCollection();
  heap.close();
  expect(after - before).toBeLessThan(HEAP_GROWTH_LIMIT_BYTES);
  await isWell();
});

test('a mutated first message ends in an answer or a close of the contract', async () => {
  const texts = fc.sample(mutatedText([connectFrame('00000000-0000-4000-8000-000000000000')]), {
    numRuns: HANDSHAKES,
    seed,
  });
  for (let from = 0; from < texts.length; from += AT_A_TIME) {
    await Promise.all(
      texts.slice(from, from + AT_A_TIME).map(async (text) => {
        const { socket, answers, closed } = await open();
        socket.on('message', () => {
          if (answers.some(({ ok }) => ok === true)) socket.close();
        });
        socket.send(text);
        expect(CLOSE_CODES.concat(1005)).toContain(await closed);
      }),
    );
  }
  await isWell();
});
