#!/usr/bin/env node
/**
 * Thousands of turns over tens of sessions against one started gateway: what its resident memory gains after the first
 * thousand, and whether a turn costs more CPU at the end than at the beginning. Exit code 1 when a limit is passed.
 * See README.md.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createDevice } from './lib/client.ts';
import { freePort } from './lib/free-port.ts';
import { createGateway, type Gateway } from './lib/gateway.ts';
import { createProcesses } from './lib/processes.ts';
import { round, sleep } from './lib/stats.ts';
import { turn } from './lib/turn.ts';

const { values: options } = parseArgs({
  options: {
    gateway: {
      type: 'string',
      default: `node ${resolve(import.meta.dirname, '../apps/chela/bin/chela.mjs')} gateway run --port {port}`,
    },
    turns: { type: 'string', default: '5000' },
    sessions: { type: 'string', default: '50' },
    'at-a-time': { type: 'string', default: '10' },
    'growth-limit': { type: 'string', default: '20' },
  },
});
const TURNS = Number(options.turns);
const SESSIONS = Number(options.sessions);
const AT_A_TIME = Number(options['at-a-time']);
const GROWTH_LIMIT_MIB = Number(options['growth-limit']);
/** Caches are full and the code is compiled by then. */
const SETTLED_TURNS = 1_000;
const STAGE_TURNS = 500;
/** Long enough for a garbage collection of what the turns left behind. */
const REST_MS = 5_000;
const BOOT_TIMEOUT_MS = 180_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface Stage {
  readonly turns: number;
  readonly rssMiB: number;
  readonly cpuMsPerTurn: number;
}

/** Turns `from` to `until`, several at a time, each session's one after another. Resolves with how many failed. */
async function drive(gateway: Gateway, from: number, until: number): Promise<number> {
  const client = gateway.client({ timeoutMs: 60_000 });
  await client.connect();
  let failed = 0;
  const worker = async (_: unknown, index: number): Promise<void> => {
    // Where SESSIONS is a multiple of AT_A_TIME a session belongs to one worker: no turn waits for another of its session.
    for (let n = from + index; n < until; n += AT_A_TIME) {
      const { state } = await turn(client, `agent:main:long-${n % SESSIONS}`, `turn ${n}`);
      if (state !== 'final') failed += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  await client.close();
  return failed;
}

async function stages(gateway: Gateway): Promise<readonly Stage[]> {
  const done: Stage[] = [];
  for (let from = 0; from < TURNS; from += STAGE_TURNS) {
    const until = Math.min(TURNS, from + STAGE_TURNS);
    const cpuBefore = gateway.cpuSeconds();
    const begun = performance.now();
    const failed = await drive(gateway, from, until);
    const seconds = (performance.now() - begun) / 1_000;
    const cpuMsPerTurn = ((gateway.cpuSeconds() - cpuBefore) * 1_000) / (until - from);
    await sleep(REST_MS);
    const stage = { turns: until, rssMiB: gateway.memory().rss, cpuMsPerTurn };
    done.push(stage);
    say(
      `${String(until).padStart(6)} turns  RSS ${round(stage.rssMiB)} MiB  CPU ${round(cpuMsPerTurn)} ms a turn  ${round((until - from) / seconds)}/s${failed > 0 ? `  ${failed} FAILED` : ''}`,
    );
    if (failed > 0) process.exitCode = 1;
  }
  return done;
}

async function startMock(port: number): Promise<ChildProcess> {
  const mock = fork(new URL('./lib/mock-provider.ts', import.meta.url), [String(port)], { silent: true });
  if (!mock.stdout) throw new Error('the mock provider has no output');
  await once(mock.stdout, 'data');
  return mock;
}

const root = mkdtempSync(join(os.tmpdir(), 'gateway-long-run-'));
const processes = createProcesses();
process.on('exit', processes.killAll);
const mockPort = await freePort();
const mock = await startMock(mockPort);
const gateway = createGateway(
  {
    name: 'gateway',
    command: options.gateway,
    cli: '',
    config: null,
    env: {},
    port: await freePort(),
    device: createDevice(),
  },
  { root, mockPort, profile: 'default', bootTimeoutMs: BOOT_TIMEOUT_MS },
  processes,
);
try {
  gateway.prepare('long-run');
  await gateway.boot();
  say(`${TURNS} turns over ${SESSIONS} sessions, ${AT_A_TIME} at a time; Node ${process.version}`);
  say(`     0 turns  RSS ${round(gateway.memory().rss)} MiB`);
  const done = await stages(gateway);
  const settled = done.find(({ turns }) => turns >= SETTLED_TURNS);
  const last = done.at(-1);
  if (settled !== undefined && last !== undefined && last !== settled) {
    const growth = last.rssMiB - settled.rssMiB;
    const isFine = growth < GROWTH_LIMIT_MIB;
    say(
      `growth after ${settled.turns} turns: ${round(growth)} MiB (limit ${GROWTH_LIMIT_MIB}) ${isFine ? 'ok' : 'TOO MUCH'}`,
    );
    say(
      `CPU a turn: ${round(settled.cpuMsPerTurn)} ms at ${settled.turns}, ${round(last.cpuMsPerTurn)} ms at ${last.turns}`,
    );
    if (!isFine) process.exitCode = 1;
  }
} finally {
  await processes.endAll();
  mock.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}
