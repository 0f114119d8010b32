import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@chela/observability';
import type { NewTranscriptEntry, Store } from '../src/index.ts';
import { createStore } from '../src/index.ts';

/**
 * Measures what the store costs: `node packages/store/scripts/measure.ts [sessions]`. CPU is user plus system time of
 * this process, the figure that depends least on what else the machine does.
 */

const SESSIONS = Number(process.argv[2] ?? 10_000);
const LANES = 16;

const print = (label: string, value: string): void => void process.stdout.write(`${label.padEnd(48)} ${value}\n`);

async function main(): Promise<void> {
  const stateDir = await mkdtemp(join(tmpdir(), 'chela-measure-'));
  try {
    await seed(stateDir);
    for (const mirror of [false, true]) await measure(stateDir, mirror);
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

async function measure(stateDir: string, mirror: boolean): Promise<void> {
  const openedAt = performance.now();
  const store = await createStore({
    stateDir,
    mirror,
    workspaceDir: () => stateDir,
    clock: systemClock,
    logger: silentLogger(),
  });
  print(`mirror ${mirror ? 'on' : 'off'}: open`, `${(performance.now() - openedAt).toFixed(1)} ms`);
  const lag = watchLag();
  const importedAt = performance.now();
  const { total } = await store.sessions.list({ limit: 50 });
  print(
    `first list over ${total} sessions`,
    `${(performance.now() - importedAt).toFixed(0)} ms, loop held at most ${lag()} ms`,
  );

  const text = { search: 'seed 77', limit: 50 };
  await repeat('sessions.list limit 50', 1_000, () => store.sessions.list({ limit: 50 }));
  await repeat('sessions.list limit 50 of one agent', 300, () => store.sessions.list({ limit: 50, agentId: 'main' }));
  await repeat('sessions.list limit 50 with a search', 300, () => store.sessions.list(text));
  await repeat('sessions.get', 3_000, (n) => store.sessions.get(`agent:main:seed-${n % SESSIONS}`));
  await repeat('accept + startTurn + appendStep + endTurn', 2_000, (n) => turn(store, `${mirror}-${n}`, n % LANES));
  await repeat('transcripts.tail 50', 300, (n) => store.transcripts.tail(`lane-${n % LANES}`, 50));
  const flushedAt = performance.now();
  await store.mirrored();
  if (mirror) print('mirrored()', `${(performance.now() - flushedAt).toFixed(0)} ms`);
  print('RSS', `${(process.memoryUsage().rss / 1_048_576).toFixed(0)} MiB`);
  await store.close();
}

async function turn(store: Store, runId: string, lane: number): Promise<void> {
  const { ledger } = store;
  const sessionId = `lane-${lane}`;
  const source = 'chat.send';
  await ledger.accept({
    runId,
    source,
    agentId: 'main',
    sessionKey: `agent:main:lane-${lane}`,
    body: { text: 'hello' },
  });
  await ledger.startTurn({ runId, source, sessionId, opening: [message('user', 'hello there')] });
  await ledger.appendStep({ runId, sessionId, entries: [message('assistant', 'one moment')], toolCalls: [] });
  await ledger.endTurn({
    runId,
    source,
    sessionId,
    state: 'answered',
    entries: [message('assistant', 'here you are '.repeat(20))],
    response: { status: 'ok' },
    publish: { state: 'final' },
    session: (current) => ({ ...current, sessionId, updatedAt: Date.now(), model: 'm1' }),
  });
}

function message(role: 'user' | 'assistant', text: string): NewTranscriptEntry {
  return { type: 'message', message: { role, content: [{ type: 'text', text }], timestamp: Date.now() } };
}

async function repeat(label: string, times: number, work: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < times / 10; n += 1) await work(times + n);
  const before = process.cpuUsage();
  for (let n = 0; n < times; n += 1) await work(n);
  const { user, system } = process.cpuUsage(before);
  print(label, `${((user + system) / 1_000 / times).toFixed(3)} ms CPU`);
}

/** The longest time between two rounds of the loop since it was called, in milliseconds. */
function watchLag(): () => string {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  return () => {
    clearInterval(timer);
    return longest.toFixed(0);
  };
}

async function seed(stateDir: string): Promise<void> {
  const folder = join(stateDir, 'agents', 'main', 'sessions');
  await mkdir(folder, { recursive: true });
  const now = Date.now();
  const sessions = Array.from({ length: SESSIONS }, (_, n) => [
    `agent:main:seed-${n}`,
    {
      sessionId: randomUUID(),
      updatedAt: now - n * 1000,
      systemSent: true,
      chatType: 'direct',
      label: `seed ${n}`,
      totalTokens: 15,
      modelProvider: 'mock',
      model: 'm1',
      deliveryContext: { channel: 'webchat' },
      lastChannel: 'webchat',
    },
  ]);
  await writeFile(join(folder, 'sessions.json'), JSON.stringify(Object.fromEntries(sessions), null, 2));
}

await main();
