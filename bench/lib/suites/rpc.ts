import type { BenchClient } from '../client.ts';
import { answerByHead, type Call, closedLoop } from '../closed-loop.ts';
import { HISTORY_KEY } from '../fixture.ts';
import { type Gateway, interleave } from '../gateway.ts';
import { type JsonObject, listAt, numberAt } from '../json.ts';
import type { Suite, SuiteContext } from '../suite.ts';

const SEEDED_MESSAGES = 1_000;
const SEEDED_TIMEOUT_MS = 120_000;
const WARM_MS = 200;

/** Requests under load on gateways that hold seeded sessions. */
export const rpc: Suite = async (context) => {
  const { gateways, quick, record, log } = context;
  for (const gateway of gateways) await gateway.stop();
  for (const sessions of quick ? [1_000] : [10, 1_000, 10_000]) {
    const up: Gateway[] = [];
    for (const gateway of gateways) if (await bootSeeded(context, gateway, sessions)) up.push(gateway);
    const isMain = sessions === (quick ? 1_000 : 10);
    const calls = callsOf(sessions, isMain);
    for (const connections of quick ? [1, 16] : [1, 16, 64]) {
      if (!isMain && connections === 64) continue;
      await loadAll(context, up, calls, connections);
    }
    for (const gateway of up) {
      record(gateway, `RSS after rpc load (${sessions} sessions)`, 'MiB', 'lower', [gateway.memory().rss]);
      await gateway.stop();
    }
    log(`rpc with ${sessions} sessions done`);
  }
};

function callsOf(sessions: number, isMain: boolean): readonly Call[] {
  const list = (label: string, params: JsonObject): Call => ({
    label: `sessions.list ${label} (${sessions} sessions)`,
    method: 'sessions.list',
    params,
  });
  const history = (limit: number): Call => ({
    label: `chat.history limit=${limit}`,
    method: 'chat.history',
    params: { sessionKey: HISTORY_KEY, limit },
  });
  const plain = (method: string): Call => ({ label: method, method, params: {} });
  return [
    list('limit=50', { limit: 50 }),
    ...(sessions === 10 ? [] : [list('default', {})]),
    ...(isMain
      ? [plain('health'), plain('config.get'), plain('models.list'), history(SEEDED_MESSAGES), history(50)]
      : []),
  ];
}

/** Boots on seeded state and notes what is not visible; false when it could not. */
async function bootSeeded({ record, note }: SuiteContext, gateway: Gateway, sessions: number): Promise<boolean> {
  gateway.prepare('rpc', { sessions, messages: SEEDED_MESSAGES });
  try {
    const boot = await gateway.boot();
    record(gateway, `boot with ${sessions} sessions on disk`, 'ms', 'lower', [boot.helloMs]);
    const client = gateway.client();
    await client.connect();
    const list = await client.call('sessions.list', { limit: 20_000 }, SEEDED_TIMEOUT_MS);
    const seen = numberAt(list, 'totalCount') ?? numberAt(list, 'count') ?? listAt(list, 'sessions').length;
    const asked = { sessionKey: HISTORY_KEY, limit: SEEDED_MESSAGES };
    const messages = listAt(await client.call('chat.history', asked, SEEDED_TIMEOUT_MS), 'messages').length;
    if (seen < sessions) note(`${gateway.name}: only ${seen} of ${sessions} seeded sessions are visible`);
    if (messages < SEEDED_MESSAGES) {
      note(`${gateway.name}: chat.history returned ${messages} of ${SEEDED_MESSAGES} seeded messages`);
    }
    await client.close();
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    note(`${gateway.name}: rpc with ${sessions} sessions skipped: ${reason}`);
    await gateway.stop();
    return false;
  }
}

async function loadAll(
  { record, note, quick }: SuiteContext,
  gateways: readonly Gateway[],
  calls: readonly Call[],
  connections: number,
): Promise<void> {
  const sliceMs = quick ? 400 : 600;
  const pools = new Map<Gateway, readonly BenchClient[]>();
  for (const gateway of gateways) pools.set(gateway, await connectMany(gateway, connections));
  for (const call of calls) {
    if (connections === 64 && call.method === 'chat.history') continue; // seconds a call on slow gateways
    await interleave(gateways, quick ? 1 : 2, async (gateway, round) => {
      const clients = pools.get(gateway) ?? [];
      if (round === 0 && connections === 1) await closedLoop(clients, call, WARM_MS);
      const cpuBefore = gateway.cpuSeconds();
      const facts = await closedLoop(clients, call, sliceMs);
      const cpuMs = (gateway.cpuSeconds() - cpuBefore) * 1000;
      const label = `${call.label} x${connections}`;
      if (facts.errors) note(`${gateway.name}: ${label}: ${facts.errors} errors (${facts.lastError})`);
      record(gateway, `${label}: latency`, 'ms', 'lower', facts.latencies);
      record(gateway, `${label}: throughput`, 'req/s', 'higher', [facts.perSecond]);
      if (facts.latencies.length >= 10) {
        record(gateway, `${label}: gateway CPU per request`, 'ms', 'lower', [cpuMs / facts.latencies.length]);
      }
      if (connections === 1) record(gateway, `${call.label}: response size`, 'bytes', 'info', [facts.bytes]);
    });
  }
  for (const clients of pools.values()) await Promise.all(clients.map((client) => client.close()));
}

async function connectMany(gateway: Gateway, count: number): Promise<readonly BenchClient[]> {
  const clients: BenchClient[] = [];
  for (let i = 0; i < count; i += 1) {
    const client = gateway.client({ timeoutMs: 60_000 });
    await client.connect();
    answerByHead(client);
    clients.push(client);
  }
  return clients;
}
