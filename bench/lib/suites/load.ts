import type { BenchClient } from '../client.ts';
import { answerByHead, type Call, closedLoop } from '../closed-loop.ts';
import { HISTORY_KEY, TOKEN } from '../fixture.ts';
import { type Gateway, interleave } from '../gateway.ts';
import type { JsonObject } from '../json.ts';
import { sleep } from '../stats.ts';
import type { Suite, SuiteContext } from '../suite.ts';
import { streamTo } from './fanout.ts';

const SEED = { sessions: 10_000, messages: 100, agents: 200, cronJobs: 500 };
const CONNECTIONS = 2;
const OPERATORS = 500;
const SLICE_MS = 1_500;
const QUICK_SLICE_MS = 500;
/** After a start on much state there is work in the background that no request waits for. */
const SETTLE_MS = 3_000;
const WARM_UP_TIMEOUT_MS = 120_000;

const call = (method: string, params: JsonObject = {}, label = method): Call => ({ label, method, params });

const CALLS: readonly Call[] = [
  call('sessions.list'),
  call('sessions.list', { limit: 50 }, 'sessions.list limit=50'),
  call('sessions.preview', { keys: [HISTORY_KEY, 'agent:main:seed-0', 'agent:helper-0:seed-0'] }),
  call('agents.list'),
  call('cron.list', { includeDisabled: true }),
  call('models.list'),
  call('node.list'),
  call('device.pair.list'),
  call('channels.status'),
  call('sessions.usage'),
  call('usage.cost'),
  call('skills.status'),
  call('status'),
  call('health'),
];

/** List methods and a wide fan-out on a state directory as big as a household's after years. */
export const load: Suite = async (context) => {
  for (const gateway of context.gateways) await gateway.stop();
  const up: Gateway[] = [];
  for (const gateway of context.gateways) {
    gateway.prepare('load', SEED);
    const boot = await gateway.boot();
    context.record(gateway, 'boot on the big state', 'ms', 'lower', [boot.helloMs]);
    up.push(gateway);
  }
  await sleep(SETTLE_MS);
  await listMethods(context, up);
  context.log('list methods done');
  for (const gateway of up) await streamTo(context, gateway, OPERATORS);
  for (const gateway of up) await gateway.stop();
};

async function listMethods(context: SuiteContext, gateways: readonly Gateway[]): Promise<void> {
  const { record, note, quick } = context;
  const pools = new Map<Gateway, readonly BenchClient[]>();
  const missing = new Set<string>();
  for (const gateway of gateways) {
    const pool = await connected(gateway);
    pools.set(gateway, pool);
    for (const one of CALLS) {
      const problem = await warmUp(pool, one);
      if (problem === undefined) continue;
      missing.add(`${gateway.name} ${one.label}`);
      note(`${gateway.name}: ${one.label} left out: ${problem}`);
    }
    await loopDelayP99(gateway);
  }
  for (const one of CALLS) {
    await interleave(gateways, 1, async (gateway) => {
      if (missing.has(`${gateway.name} ${one.label}`)) return;
      const cpuBefore = gateway.cpuSeconds();
      const facts = await closedLoop(pools.get(gateway) ?? [], one, quick ? QUICK_SLICE_MS : SLICE_MS);
      const cpuMs = (gateway.cpuSeconds() - cpuBefore) * 1000;
      record(gateway, `${one.label}: latency`, 'ms', 'lower', facts.latencies);
      record(gateway, `${one.label}: gateway CPU per request`, 'ms', 'lower', [cpuMs / facts.latencies.length]);
      record(gateway, `${one.label}: response size`, 'bytes', 'info', [facts.bytes]);
      if (facts.errors > 0) note(`${gateway.name}: ${one.label}: ${facts.errors} errors (${facts.lastError})`);
    });
  }
  for (const gateway of gateways) {
    const p99 = await loopDelayP99(gateway);
    if (p99 !== null) record(gateway, 'loop delay p99', 'ms', 'lower', [p99]);
  }
  for (const pool of pools.values()) await Promise.all(pool.map((client) => client.close()));
}

async function connected(gateway: Gateway): Promise<readonly BenchClient[]> {
  const clients = Array.from({ length: CONNECTIONS }, () => gateway.client({ timeoutMs: WARM_UP_TIMEOUT_MS }));
  for (const client of clients) {
    await client.connect();
    answerByHead(client);
  }
  return clients;
}

/** One call before it counts; why the gateway cannot answer it, if so. */
async function warmUp([client]: readonly BenchClient[], { method, params }: Call): Promise<string | undefined> {
  try {
    await client?.call(method, params);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Milliseconds since the last reading; null where the gateway does not tell. */
async function loopDelayP99(gateway: Gateway): Promise<number | null> {
  const url = `${gateway.url.replace(/^ws/, 'http')}/metrics`;
  const page = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } })
    .then((response) => response.text())
    .catch(() => '');
  const seconds = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(page)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}
