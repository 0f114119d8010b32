import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createProviderMock } from '@chela/parity';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHome, type GatewayHome, mockConfig } from '../harness/gateway-process.ts';
import { createEndings, deliver } from './deliver.ts';
import { createGatewayUnderFire } from './gateway-under-fire.ts';
import { outcomesOf, readHistory, type SeenMessage } from './history.ts';
import { planMessages, repliesTo } from './plan.ts';
import { createSeededRandom } from './seeded-random.ts';

const MESSAGES = 200;
const SESSIONS = 8;
const KILL_LIMIT = 40;
const KILLS_AT_LEAST = 10;
const SEED_MAX = 2 ** 32 - 1;
const HISTORY_LIMIT = 1_000;

const seed = Number(process.env.CHELA_CRASH_SEED ?? randomInt(SEED_MAX));
const provider = createProviderMock();
const messages = planMessages(MESSAGES, SESSIONS);
/** Finals of a run on one connection, by `connection:runId`. */
const finals = new Map<string, number>();
const histories = new Map<string, readonly SeenMessage[]>();

let home: GatewayHome;
let kills = 0;
let effects: readonly string[] = [];

beforeAll(async () => {
  process.stdout.write(`crash test: seed ${seed} (CHELA_CRASH_SEED=${seed} repeats it)\n`);
  home = await createHome();
  const port = await provider.start();
  const exec = { host: 'gateway', security: 'full', ask: 'off' };
  await home.writeConfig(mockConfig(home, `http://127.0.0.1:${port}`, { tools: { exec } }));
  const effectsFile = join(home.home, 'effects.log');
  provider.script(repliesTo(messages, effectsFile));

  const endings = createEndings();
  const gateway = await createGatewayUnderFire({
    home,
    random: createSeededRandom(seed),
    killLimit: KILL_LIMIT,
    onEvent: ({ event, payload }, connection) => {
      const end = endOfRun(event, payload);
      if (end === undefined) return;
      const key = `${connection}:${end}`;
      finals.set(key, (finals.get(key) ?? 0) + 1);
      endings.note(end);
    },
  });
  const bySession = Map.groupBy(messages, ({ sessionKey }) => sessionKey);
  await Promise.all(
    [...bySession.values()].map(async (own) => {
      for (const message of own) await deliver(gateway, endings, message);
    }),
  );
  gateway.cease();
  const { client } = await gateway.link();
  for (const sessionKey of bySession.keys()) {
    const payload = await client.request('chat.history', { sessionKey, limit: HISTORY_LIMIT });
    histories.set(sessionKey, readHistory(payload));
  }
  kills = gateway.kills;
  await gateway.stop();
  effects = (await readFile(effectsFile, 'utf8')).split('\n').filter(Boolean);
  process.stdout.write(`crash test: ${kills} kills, ${effects.length} tool effects\n`);
}, 600_000);

afterAll(async () => {
  await provider.stop();
  await home.remove();
});

/** The run that an event ends, if it ends one. */
function endOfRun(event: string, payload: unknown): string | undefined {
  if (event !== 'chat' || typeof payload !== 'object' || payload === null) return undefined;
  if (!('state' in payload) || !('runId' in payload)) return undefined;
  return ['final', 'error', 'aborted'].includes(String(payload.state)) ? String(payload.runId) : undefined;
}

const historyOf = (sessionKey: string): readonly SeenMessage[] => histories.get(sessionKey) ?? [];

describe(`a gateway killed again and again while it works (seed ${seed})`, () => {
  test('it was killed often enough to mean something', () => {
    expect(kills).toBeGreaterThanOrEqual(KILLS_AT_LEAST);
  });

  test('every message stands in its history once', () => {
    const counts = messages.map(({ mark, sessionKey }) => [
      mark,
      historyOf(sessionKey).filter(({ role, text }) => role === 'user' && text.includes(mark)).length,
    ]);
    expect(counts.filter(([, count]) => count !== 1)).toEqual([]);
  });

  test('every message has exactly one visible outcome', () => {
    const outcomes = messages.map(({ mark, sessionKey }) => [mark, outcomesOf(historyOf(sessionKey), mark)] as const);
    expect(outcomes.filter(([, seen]) => seen.length !== 1)).toEqual([]);
  });

  test('no connection hears the end of a run twice', () => {
    expect([...finals].filter(([, count]) => count > 1)).toEqual([]);
  });

  test('no tool with a side effect ran twice', () => {
    expect(effects.toSorted()).toEqual([...new Set(effects)].sort());
    expect(effects.length).toBeGreaterThan(0);
  });

  test('a tool whose result stands in the history has had its effect', () => {
    const told = messages.filter(({ effect, sessionKey }) =>
      historyOf(sessionKey).some(({ role, text }) => role === 'toolResult' && text.includes(`result-of-${effect}`)),
    );
    expect(told.filter(({ effect }) => effect === undefined || !effects.includes(effect))).toEqual([]);
    expect(told.length).toBeGreaterThan(0);
  });

  test('the database passes its integrity check', () => {
    const db = new DatabaseSync(join(home.stateDir, 'chela', 'chela.sqlite'), { readOnly: true });
    const result = db.prepare('PRAGMA integrity_check').all();
    db.close();
    expect(result).toEqual([{ integrity_check: 'ok' }]);
  });
});
