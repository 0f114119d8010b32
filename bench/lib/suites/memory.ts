import type { Gateway } from '../gateway.ts';
import { sleep, slope } from '../stats.ts';
import type { Suite, SuiteContext } from '../suite.ts';
import { turn } from '../turn.ts';

const WORKERS = 10;
const SESSIONS_PER_WORKER = 5;
const SAMPLE_EVERY_TURNS = 100;
const CONNECT_AT_A_TIME = 20;

/** Growth of resident memory under chat turns, and under connect and disconnect. */
export const memory: Suite = async (context) => {
  await context.ensureRunning();
  for (const gateway of context.gateways) {
    if (!context.quick) {
      await gateway.stop();
      gateway.prepare('memory');
      await gateway.boot();
    }
    const turns = await growUnderTurns(context, gateway);
    const connects = await growUnderConnects(context, gateway);
    await gateway.stop({ signal: 'SIGKILL' });
    context.log(`memory ${gateway.name}: ${turns} turns, ${connects} connects`);
  }
};

async function growUnderTurns({ record, note, quick }: SuiteContext, gateway: Gateway): Promise<number> {
  const maxTurns = quick ? 300 : 5_000;
  const maxMs = quick ? 8_000 : 50_000;
  const client = gateway.client({ timeoutMs: 60_000 });
  await client.connect();
  for (let i = 0; i < WORKERS; i += 1) await turn(client, `agent:main:m-${i}`, 'warm');
  await sleep(1_000);
  const atStart = gateway.memory().rss;
  const points: [turns: number, rss: number][] = [[0, atStart]];
  record(gateway, 'RSS after 0 turns', 'MiB', 'lower', [atStart]);
  const begun = performance.now();
  let done = 0;
  let sent = 0;
  let failed = 0;
  let nextSample = SAMPLE_EVERY_TURNS;
  const worker = async (_: unknown, index: number): Promise<void> => {
    while (sent < maxTurns && performance.now() - begun < maxMs) {
      const n = sent++;
      const session = index * SESSIONS_PER_WORKER + (Math.floor(n / WORKERS) % SESSIONS_PER_WORKER);
      const { state } = await turn(client, `agent:main:m-${session}`, `turn ${n}`, 60_000);
      if (state !== 'final') failed += 1;
      done += 1;
      if (done < nextSample) continue;
      nextSample += SAMPLE_EVERY_TURNS;
      const { rss } = gateway.memory();
      points.push([done, rss]);
      if (done === 1_000) record(gateway, 'RSS after 1000 turns', 'MiB', 'lower', [rss]);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  const busyS = (performance.now() - begun) / 1000;
  if (failed) note(`${gateway.name}: memory: ${failed} of ${done} turns did not reach a final`);
  await sleep(2_000);
  const atEnd = gateway.memory().rss;
  points.push([done, atEnd]);
  record(gateway, 'RSS after the turns (2 s idle)', 'MiB', 'lower', [atEnd]);
  record(gateway, 'turns done', '', 'info', [done]);
  record(gateway, `${WORKERS} sessions at a time: turns per second`, '/s', 'higher', [done / busyS]);
  const tail = points.filter(([turns]) => turns >= done / 3);
  const perTurn = slope(tail.length >= 2 ? tail : points);
  const per1000 = perTurn === null ? null : perTurn * 1_000;
  record(gateway, 'growth per 1000 turns (last two thirds)', 'MiB', 'lower', [per1000]);
  await client.close();
  return done;
}

async function growUnderConnects({ record, note, quick }: SuiteContext, gateway: Gateway): Promise<number> {
  const maxConnects = quick ? 500 : 5_000;
  const maxMs = quick ? 4_000 : 20_000;
  const rssBefore = gateway.memory().rss;
  const begun = performance.now();
  let connects = 0;
  const once = async (): Promise<void> => {
    const client = gateway.client({ timeoutMs: 20_000 });
    await client.connect();
    await client.close();
  };
  while (connects < maxConnects && performance.now() - begun < maxMs) {
    const batch = await Promise.allSettled(Array.from({ length: CONNECT_AT_A_TIME }, once));
    const bad = batch.find((result) => result.status === 'rejected');
    if (bad) {
      note(`${gateway.name}: connect churn: ${bad.reason instanceof Error ? bad.reason.message : bad.reason}`);
      break;
    }
    connects += batch.length;
  }
  const seconds = (performance.now() - begun) / 1000;
  await sleep(3_000);
  const growth = ((gateway.memory().rss - rssBefore) * 1_000) / Math.max(1, connects);
  record(gateway, 'connect+disconnect cycles', '', 'info', [connects]);
  record(gateway, 'connect+disconnect rate', '/s', 'higher', [connects / seconds]);
  record(gateway, 'RSS growth per 1000 connects', 'MiB', 'lower', [growth]);
  return connects;
}
