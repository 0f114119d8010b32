import type { BenchClient } from '../client.ts';
import type { Gateway } from '../gateway.ts';
import { median } from '../stats.ts';
import type { Suite, SuiteContext } from '../suite.ts';
import { type Turn, turn } from '../turn.ts';

/** Then a new session, so that histories are equally long for fast and slow gateways. */
const TURNS_PER_SESSION = 10;
const TOOL_MESSAGE = '[[tool:exec:{"command":"true"}]]';
const MODEL_REQUESTS_OF_A_TOOL_TURN = 1.9;

interface Load {
  readonly label: string;
  readonly workers: number;
  readonly turns: number;
  readonly ms: number;
}

const QUICK_LOADS: readonly Load[] = [
  { label: 'sequential', workers: 1, turns: 20, ms: 6_000 },
  { label: '16 sessions', workers: 16, turns: 64, ms: 6_000 },
];
const FULL_LOADS: readonly Load[] = [
  { label: 'sequential', workers: 1, turns: 60, ms: 15_000 },
  { label: '16 sessions', workers: 16, turns: 320, ms: 15_000 },
  { label: '64 sessions', workers: 64, turns: 384, ms: 15_000 },
];

/** `workers` sessions side by side, each sending turns one after another, until `turns` or `ms`. */
async function drive(
  client: BenchClient,
  tag: string,
  load: Omit<Load, 'label'>,
  message = 'ping',
): Promise<{ readonly results: readonly Turn[]; readonly seconds: number }> {
  const results: Turn[] = [];
  const begun = performance.now();
  let started = 0;
  const worker = async (_: unknown, index: number): Promise<void> => {
    for (let i = 0; started < load.turns && performance.now() - begun < load.ms; i += 1) {
      started += 1;
      const key = `agent:main:${tag}-w${index}-g${Math.floor(i / TURNS_PER_SESSION)}`;
      results.push(await turn(client, key, `${message} ${i}`));
    }
  };
  await Promise.all(Array.from({ length: load.workers }, worker));
  return { results, seconds: (performance.now() - begun) / 1000 };
}

const finals = (results: readonly Turn[]): readonly Turn[] => results.filter(({ state }) => state === 'final');

/** Turns one after another and side by side, and what a tool call adds. */
export const chat: Suite = async (context) => {
  const { gateways, record, quick, log, note } = context;
  await context.ensureRunning();
  const clients: [Gateway, BenchClient][] = [];
  for (const gateway of gateways) {
    const client = gateway.client({ caps: ['tool-events'], timeoutMs: 60_000 });
    await client.connect();
    clients.push([gateway, client]);
    const first = await turn(client, 'agent:main:warm', 'first turn');
    record(gateway, 'first turn after boot: final', 'ms', 'lower', [first.finalMs]);
    if (first.state !== 'final') note(`${gateway.name}: first turn ended as ${first.state} ${first.error}`);
    for (let i = 0; i < 3; i += 1) await turn(client, 'agent:main:warm', `warm ${i}`);
  }
  const rounds = quick ? 1 : 2;
  for (const load of quick ? QUICK_LOADS : FULL_LOADS) {
    for (let round = 0; round < rounds; round += 1) {
      const slice = { workers: load.workers, turns: Math.ceil(load.turns / rounds), ms: load.ms / rounds };
      for (const [gateway, client] of clients) await plainTurns(context, gateway, client, load.label, slice, round);
    }
    log(`chat ${load.label} done`);
  }
  for (const [gateway, client] of clients) await toolTurns(context, gateway, client);
  for (const [, client] of clients) await client.close();
};

async function plainTurns(
  { record, note, mockStats }: SuiteContext,
  gateway: Gateway,
  client: BenchClient,
  label: string,
  load: Omit<Load, 'label'>,
  round: number,
): Promise<void> {
  const cpuBefore = gateway.cpuSeconds();
  const before = await mockStats();
  const { results, seconds } = await drive(client, `c${load.workers}r${round}`, load);
  const after = await mockStats();
  const good = finals(results);
  const bad = results.find(({ state }) => state !== 'final');
  if (bad) {
    const count = results.length - good.length;
    note(`${gateway.name}: chat ${label}: ${count} of ${results.length} turns not final (${bad.state} ${bad.error})`);
  }
  const cpuMs = (gateway.cpuSeconds() - cpuBefore) * 1000;
  record(
    gateway,
    `${label}: send acknowledged`,
    'ms',
    'lower',
    good.map(({ ackMs }) => ackMs),
  );
  record(
    gateway,
    `${label}: first delta`,
    'ms',
    'lower',
    good.map(({ firstMs }) => firstMs),
  );
  record(
    gateway,
    `${label}: final`,
    'ms',
    'lower',
    good.map(({ finalMs }) => finalMs),
  );
  record(gateway, `${label}: turns per second`, '/s', 'higher', [good.length / seconds]);
  record(gateway, `${label}: CPU per turn`, 'ms', 'lower', [cpuMs / Math.max(1, good.length)]);
  const requests = after.requests - before.requests;
  if (load.workers !== 1 || requests <= 0) return;
  record(gateway, 'model request size', 'bytes', 'info', [(after.requestBytes - before.requestBytes) / requests]);
  record(gateway, 'tools offered to the model', '', 'info', [after.tools]);
  record(gateway, 'model requests per turn', '', 'info', [requests / Math.max(1, results.length)]);
}

async function toolTurns(
  { record, note, mockStats, quick }: SuiteContext,
  gateway: Gateway,
  client: BenchClient,
): Promise<void> {
  const load = { workers: 1, turns: quick ? 5 : 20, ms: quick ? 3_000 : 12_000 };
  await turn(client, 'agent:main:tool-warm', TOOL_MESSAGE);
  const before = await mockStats();
  const tool = await drive(client, 'tool', load, TOOL_MESSAGE);
  const after = await mockStats();
  const plain = await drive(client, 'plain', load);
  const good = finals(tool.results);
  const perTurn = (after.requests - before.requests) / Math.max(1, tool.results.length);
  if (perTurn < MODEL_REQUESTS_OF_A_TOOL_TURN) {
    const made = perTurn.toFixed(2);
    note(`${gateway.name}: tool turn made ${made} model requests, 2 expected: the tool may not have run`);
  }
  const toolMs = good.map(({ finalMs }) => finalMs);
  record(gateway, 'tool turn (exec true): final', 'ms', 'lower', toolMs);
  const overhead = (median(toolMs) ?? Number.NaN) - (median(plain.results.map(({ finalMs }) => finalMs)) ?? Number.NaN);
  record(gateway, 'tool turn overhead over plain turn', 'ms', 'lower', [overhead]);
}
