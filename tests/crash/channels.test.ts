import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createFakeTelegram } from '@chela/channel-lab';
import { createProviderMock } from '@chela/parity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';
import { connectOperator } from '../harness/operator.ts';
import { createBadNetwork } from './channels/bad-network.ts';
import { createPeople, placeName, type SeenAnswer, seenIn } from './channels/people.ts';
import { planTraffic, repliesTo } from './channels/traffic.ts';
import { createSeededRandom } from './seeded-random.ts';

/** `CHELA_CHAOS_MESSAGES=200` is the quick mode. */
const MESSAGES = Number(process.env.CHELA_CHAOS_MESSAGES ?? 2_000);
const SEED_MAX = 2 ** 32 - 1;
/** Far enough from each other: a turn that dies with the gateway three times is given up. */
const KILLS = Math.min(8, Math.floor(MESSAGES / 100));
/** Calls between the moment that a kill is due and the kill. */
const CALLS_MAX = 60;
const GIVE_UP_MS = 350_000;
const LOOK_EVERY_MS = 50;
const LISTED = 500;

const seed = Number(process.env.CHELA_CRASH_SEED ?? randomInt(SEED_MAX));
const random = createSeededRandom(seed);
const conversations = planTraffic(MESSAGES);
const provider = createProviderMock();
const network = createBadNetwork({ random, cut: () => vendor.dropConnections(), onCall: () => countDown() });
const vendor = createFakeTelegram({ faults: network.faults, order: network.order });

let home: GatewayHome;
let gateway: GatewayProcess;
let env: Readonly<Record<string, string>>;
let kills = 0;
/** Calls of the gateway until it is killed. */
let callsLeft = Number.POSITIVE_INFINITY;
let restarting: Promise<void> | undefined;
let seen: readonly SeenAnswer[] = [];
let undelivered: readonly unknown[] = [];

/** Arms the next kill, once enough is answered since the last. */
function arm(answered: number): void {
  if (kills >= KILLS || callsLeft < Number.POSITIVE_INFINITY || restarting !== undefined) return;
  if (answered >= ((kills + 0.5) * MESSAGES) / KILLS) callsLeft = random.between(0, CALLS_MAX);
}

/** Calls are the clock, so that a kill can come anywhere between them. */
function countDown(): void {
  callsLeft -= 1;
  if (callsLeft > 0 || restarting !== undefined) return;
  kills += 1;
  callsLeft = Number.POSITIVE_INFINITY;
  restarting = restart().finally(() => {
    restarting = undefined;
  });
}

async function restart(): Promise<void> {
  await gateway.end('SIGKILL');
  gateway = await startGateway(home, { env });
}

/** Looks until it is so, or until there is no time left. */
async function until(isSo: () => boolean | Promise<boolean>, deadline: number): Promise<void> {
  while (Date.now() < deadline && !(await isSo())) await new Promise((resume) => setTimeout(resume, LOOK_EVERY_MS));
}

beforeAll(async () => {
  process.stdout.write(`channel chaos: ${MESSAGES} messages, seed ${seed} (CHELA_CRASH_SEED=${seed} repeats it)\n`);
  const deadline = Date.now() + GIVE_UP_MS;
  home = await createHome();
  provider.script(repliesTo(conversations));
  const providerUrl = `http://127.0.0.1:${await provider.start()}`;
  env = { CHELA_TELEGRAM_API_ROOT: await vendor.start() };
  const telegram = {
    botToken: vendor.token,
    dmPolicy: 'open',
    allowFrom: ['*'],
    groupPolicy: 'open',
    groups: { '*': { requireMention: false } },
  };
  // Every message gets a turn of its own: an answer to several at once would not tell which one was lost.
  const messages = { queue: { mode: 'followup', debounceMs: 0 } };
  // A person has a session of their own.
  const session = { dmScope: 'per-channel-peer' };
  await home.writeConfig(mockConfig(home, providerUrl, { channels: { telegram }, messages, session }));
  gateway = await startGateway(home, { env });
  const people = createPeople(vendor, conversations, random);
  await until(() => {
    people.write();
    arm(people.answered);
    return people.areAnswered && restarting === undefined;
  }, deadline);
  await restarting;
  network.cease();

  const operator = await connectOperator(gateway.url, home.token);
  const states = ['pending', 'sending', 'ambiguous', 'dead'];
  await until(async () => {
    const { deliveries } = Object(await operator.request('channels.outbox.list', { states, limit: LISTED }));
    undelivered = deliveries;
    return undelivered.length === 0;
  }, Date.now() + 30_000);
  await operator.close();
  await gateway.end();
  seen = seenIn(vendor);
  const faults = [...network.tally].map(([what, count]) => `${count} ${what}`).join(', ');
  process.stdout.write(`channel chaos: ${seen.length} seen, ${kills} kills; ${faults}\n`);
}, 600_000);

afterAll(async () => {
  await vendor.stop();
  await provider.stop();
  await home.remove();
});

describe(`Telegram while everything breaks (seed ${seed})`, () => {
  test('it was killed often enough to mean something', () => {
    expect(kills).toBe(KILLS);
  });

  test('every conversation shows one answer to each of its messages, in their order, and nothing else', () => {
    const shown = Map.groupBy(seen, ({ chatId, topic }) => placeName(chatId, topic));
    const wrong = conversations.flatMap(({ chatId, topic, messages }) => {
      const place = placeName(String(chatId), topic);
      const texts = (shown.get(place) ?? []).map(({ text }) => text);
      const wanted = messages.map(({ answer }) => answer);
      return JSON.stringify(texts) === JSON.stringify(wanted) ? [] : [{ place, texts, wanted }];
    });
    expect(wrong).toEqual([]);
  });

  test('nothing was said anywhere else', () => {
    const places = new Set(conversations.map(({ chatId, topic }) => placeName(String(chatId), topic)));
    expect(seen.filter(({ chatId, topic }) => !places.has(placeName(chatId, topic)))).toEqual([]);
  });

  test('no message is in doubt, and none was given up', () => {
    expect(undelivered).toEqual([]);
  });

  test('the database passes its integrity check', () => {
    const db = new DatabaseSync(join(home.stateDir, 'chela', 'chela.sqlite'), { readOnly: true });
    const result = db.prepare('PRAGMA integrity_check').all();
    db.close();
    expect(result).toEqual([{ integrity_check: 'ok' }]);
  });
});
