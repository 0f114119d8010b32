import type { BenchClient } from '../client.ts';
import type { Gateway } from '../gateway.ts';
import { sleep, summarize } from '../stats.ts';
import { createObserver, resetObserver, type StreamObserver } from '../stream-observer.ts';
import type { Suite, SuiteContext } from '../suite.ts';
import { type TurnState, turn } from '../turn.ts';

const DELTAS = 2_000;
/** 2 deltas each 2 ms: about 2 s of stream when nothing lags. */
const MESSAGE = `[[stream:${DELTAS}:2:2]]`;
const CONNECT_AT_A_TIME = 20;
const READERS = 20;
const MEMORY_EVERY_MS = 200;

interface StreamFacts {
  readonly aborted: string | null;
  /** MiB. */
  readonly peak: number;
  readonly seconds: number;
  readonly state: TurnState;
  readonly frames: number;
  readonly bytes: number;
  readonly lags: readonly number[];
  readonly finished: number;
  /** Clients whose final is shorter than that of the others, or missing. */
  readonly incomplete: number;
  readonly disconnected: number;
  readonly cpuS: number;
  readonly selfCpuS: number;
}

/** One streamed answer, seen by all observers, until each has its final. */
async function stream(
  gateway: Gateway,
  sender: BenchClient,
  observers: readonly StreamObserver[],
  session: string,
  limits: { readonly rssMb: number; readonly timeoutMs: number },
): Promise<StreamFacts> {
  for (const observer of observers) resetObserver(observer);
  const cpuBefore = gateway.cpuSeconds();
  const selfBefore = process.cpuUsage();
  let peak = 0;
  let aborted: string | null = null;
  const watch = setInterval(() => {
    const { rss } = gateway.memory();
    peak = Math.max(peak, rss);
    if (rss <= limits.rssMb) return;
    aborted = `RSS over ${limits.rssMb} MiB`;
    for (const { client } of observers) client.terminate();
  }, MEMORY_EVERY_MS);
  const begun = performance.now();
  const { state } = await turn(sender, session, MESSAGE, limits.timeoutMs);
  const until = performance.now() + limits.timeoutMs;
  const isWaiting = (): boolean => observers.some(({ finalAt, client }) => !finalAt && !client.closed);
  while (!aborted && performance.now() < until && isWaiting()) await sleep(10);
  clearInterval(watch);
  const ends = observers.flatMap(({ finalAt }) => finalAt ?? []);
  const self = process.cpuUsage(selfBefore);
  const wholeBytes = Math.max(DELTAS, ...observers.map(({ finalBytes }) => finalBytes));
  const sum = (of: (observer: StreamObserver) => number): number => observers.reduce((a, one) => a + of(one), 0);
  return {
    aborted,
    peak,
    seconds: ((ends.length ? Math.max(...ends) : performance.now()) - begun) / 1000,
    state,
    frames: sum(({ frames }) => frames),
    bytes: sum(({ bytes }) => bytes),
    lags: observers.flatMap(({ lags }) => lags),
    finished: ends.length,
    incomplete: observers.filter(({ finalBytes }) => finalBytes < wholeBytes).length,
    disconnected: observers.filter(({ client }) => client.closed).length,
    cpuS: gateway.cpuSeconds() - cpuBefore,
    selfCpuS: (self.user + self.system) / 1e6,
  };
}

/** One chat streams to many connected operators; then to readers beside one client that never reads. */
export const fanout: Suite = async (context) => {
  await context.ensureRunning();
  for (const clients of context.quick ? [1, 100] : [1, 100, 500]) {
    for (const gateway of context.gateways) {
      await context.ensureRunning();
      await streamTo(context, gateway, clients);
    }
    context.log(`fanout ${clients} done`);
  }
  await context.ensureRunning();
  for (const gateway of context.gateways) await besideAStalledClient(context, gateway);
  context.log('stalled client done');
};

/** One streamed answer to `n` operators that connect for it. */
export async function streamTo(
  { record, note, quick, rssLimitMb }: SuiteContext,
  gateway: Gateway,
  n: number,
): Promise<void> {
  const sender = gateway.client({ timeoutMs: 60_000 });
  await sender.connect();
  await turn(sender, `agent:main:fan-warm-${n}`, 'warm');
  const observers: StreamObserver[] = [];
  const rssBefore = gateway.memory().rss;
  const connectFrom = performance.now();
  for (let i = 0; i < n; i += CONNECT_AT_A_TIME) {
    const batch = Array.from({ length: Math.min(CONNECT_AT_A_TIME, n - i) }, () => createObserver(gateway));
    observers.push(...(await Promise.all(batch)));
  }
  record(gateway, `${n} clients: connects per second`, '/s', 'higher', [
    n / ((performance.now() - connectFrom) / 1000),
  ]);
  const rssAfter = gateway.memory().rss;
  if (n >= 100) {
    record(gateway, `${n} clients: RSS per connection`, 'KiB', 'lower', [((rssAfter - rssBefore) * 1024) / n]);
  }
  const limits = { rssMb: rssLimitMb, timeoutMs: quick ? 40_000 : 60_000 };
  const facts = await stream(gateway, sender, observers, `agent:main:fan-${n}`, limits);
  if (facts.aborted || facts.finished < n) {
    note(
      `${gateway.name}: fanout ${n}: ${facts.aborted ?? ''} ${facts.finished} of ${n} clients saw the final, ${facts.disconnected} disconnected`,
    );
  }
  record(gateway, `${n} clients: clients without the whole text`, '', 'lower', [facts.incomplete]);
  record(gateway, `${n} clients: stream complete at the last client`, 's', 'lower', [facts.seconds]);
  record(gateway, `${n} clients: events delivered`, '/s', 'higher', [facts.frames / facts.seconds]);
  record(gateway, `${n} clients: delivered`, 'MB/s', 'info', [facts.bytes / 1e6 / facts.seconds]);
  record(gateway, `${n} clients: events per client`, '', 'info', [facts.frames / n]);
  record(gateway, `${n} clients: KB per client`, 'KB', 'lower', [facts.bytes / 1e3 / n]);
  record(gateway, `${n} clients: lag model to client`, 'ms', 'lower', facts.lags);
  record(gateway, `${n} clients: peak RSS`, 'MiB', 'lower', [facts.peak]);
  record(gateway, `${n} clients: gateway CPU`, 's', 'lower', [facts.cpuS]);
  record(gateway, `${n} clients: load generator CPU`, 's', 'info', [facts.selfCpuS]);
  await Promise.all(observers.map(({ client }) => client.close()));
  await sender.close();
}

/** Readers alone, then the same readers plus one client that never reads: the readers must not notice. */
async function besideAStalledClient(
  { record, note, quick, rssLimitMb }: SuiteContext,
  gateway: Gateway,
): Promise<void> {
  const runs = quick ? 1 : 3;
  const sender = gateway.client({ timeoutMs: 60_000 });
  await sender.connect();
  await turn(sender, 'agent:main:stall-warm', 'warm');
  const observers = await Promise.all(Array.from({ length: READERS }, () => createObserver(gateway)));
  const phase = async (tag: string): Promise<{ lags: readonly number[]; peak: number }> => {
    const lags: number[] = [];
    let peak = 0;
    for (let i = 0; i < runs; i += 1) {
      const limits = { rssMb: rssLimitMb, timeoutMs: 40_000 };
      const facts = await stream(gateway, sender, observers, `agent:main:stall-${tag}-${i}`, limits);
      lags.push(...facts.lags);
      peak = Math.max(peak, facts.peak);
      if (facts.finished < READERS) {
        note(`${gateway.name}: stalled-client test (${tag}): ${facts.finished} of ${READERS} readers saw the final`);
      }
    }
    return { lags, peak };
  };
  const clean = await phase('without');
  const dead = gateway.client({ timeoutMs: 60_000 });
  await dead.connect();
  dead.stall();
  const dirty = await phase('with');
  record(gateway, `${READERS} readers: lag, nobody stalled`, 'ms', 'lower', clean.lags);
  record(gateway, `${READERS} readers: lag, one client stalled`, 'ms', 'lower', dirty.lags);
  const [before, after] = [summarize(clean.lags), summarize(dirty.lags)];
  if (before && after) record(gateway, 'stalled client: p99 lag ratio', 'x', 'lower', [after.p99 / before.p99]);
  else note(`${gateway.name}: no time stamps arrived: the stream did not reach the observers unchanged`);
  record(gateway, 'stalled client: peak RSS growth', 'MiB', 'lower', [dirty.peak - clean.peak]);
  dead.terminate();
  await Promise.all(observers.map(({ client }) => client.close()));
  await sender.close();
}
