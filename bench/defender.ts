#!/usr/bin/env node
/**
 * The defender under load, in this process and with a real store: decisions at a steady rate, memory over many decisions,
 * patterns that are made to stall, and the time the audit log takes to be verified. See README.md.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createDefenderService, type DefenderService } from '@chela/defender';
import { redactText, silentLogger, systemClock } from '@chela/observability';
import { createStore, exportAudit, type Store, verifyAuditFile, verifyAuditLog } from '@chela/store';
import { actionOf } from './lib/defender-actions.ts';
import { putLatency } from './lib/results-file.ts';
import { round, sleep, slope, summarize } from './lib/stats.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    decisions: { type: 'string', default: '50000' },
    million: { type: 'boolean', default: false },
    results: { type: 'string' },
  },
});
const PER_SECOND = 1_000;
const TICK_MS = 1;
const WARM_UP = 2_000;
const MEMORY_SAMPLES = 20;
const AT_ONCE = 8;
const NS_PER_MS = 1e6;
const US_PER_MS = 1_000;
const MIB = 2 ** 20;
const STALLING_TRIES = 16;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const say = (what: string, value: string): void => void process.stdout.write(`${what.padEnd(52)} ${value}\n`);

interface Bench {
  readonly stateDir: string;
  readonly defender: DefenderService;
  readonly store: Store;
  end(): Promise<void>;
}

async function open(section: object): Promise<Bench> {
  const stateDir = await mkdtemp(join(os.tmpdir(), 'bench-defender-'));
  const logger = silentLogger();
  const options = { stateDir, mirror: false, workspaceDir: () => stateDir, clock: systemClock, logger };
  const store = await createStore(options);
  const defender = createDefenderService({
    stateDir,
    section: () => section,
    env: {},
    defaultMode: 'enforce',
    record: (records) => store.audit.appendAll(records),
    redact: redactText,
    clock: systemClock,
    logger,
  });
  return {
    stateDir,
    defender,
    store,
    async end() {
      await defender.close();
      await store.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/**
 * Decisions at a steady rate, evenly spaced: each is due at its own time, whatever became of the ones before it, and its
 * wait counts from then on, so that a loop that comes late does not hide it. The generator lives on the same loop.
 */
async function steadyLoad(seconds: number): Promise<void> {
  const bench = await open({});
  for (let index = 0; index < WARM_UP; index += 1) await bench.defender.rule(actionOf(-index - 1));
  const waits: number[] = [];
  const running = new Set<Promise<void>>();
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const cpu = process.cpuUsage();
  const begun = performance.now();
  for (let sent = 0; sent < seconds * PER_SECOND; ) {
    const due = Math.min(seconds * PER_SECOND, Math.floor(((performance.now() - begun) * PER_SECOND) / 1_000));
    for (; sent < due; sent += 1) {
      const dueAt = begun + (sent * 1_000) / PER_SECOND;
      const task = bench.defender.rule(actionOf(sent)).then(() => {
        waits.push(performance.now() - dueAt);
        running.delete(task);
      });
      running.add(task);
    }
    await sleep(TICK_MS);
  }
  await Promise.all(running);
  loop.disable();
  const { user, system } = process.cpuUsage(cpu);
  const facts = summarize(waits);
  if (options.results && facts) putLatency(options.results, 'defender', 'decision: latency', facts);
  say(
    `decision at ${PER_SECOND}/s, ${waits.length} of them`,
    `p50 ${facts?.p50} ms, p95 ${facts?.p95} ms, p99 ${facts?.p99} ms`,
  );
  say('CPU per decision at that rate, generator included', `${round((user + system) / US_PER_MS / waits.length)} ms`);
  say(
    'event loop delay meanwhile',
    `p99 ${round(loop.percentile(99) / NS_PER_MS)} ms, max ${round(loop.max / NS_PER_MS)} ms`,
  );
  await bench.end();
}

/** Many decisions as fast as they go: the heap must not grow with their number. Ends with the audit log's verification. */
async function manyDecisions(count: number): Promise<void> {
  const bench = await open({});
  const points: [number, number][] = [];
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const step = Math.ceil(count / MEMORY_SAMPLES);
  for (let done = 0; done < count; done += step) {
    let next = done;
    const until = Math.min(count, done + step);
    const worker = async (): Promise<void> => {
      while (next < until) {
        next += 1;
        await bench.defender.rule(actionOf(next));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    collectGarbage();
    points.push([until, process.memoryUsage().heapUsed / MIB]);
  }
  const seconds = (performance.now() - begun) / 1_000;
  say(`${count} decisions one after another`, `${round(count / seconds)} a second`);
  // What a busy machine does not change.
  const { user, system } = process.cpuUsage(cpu);
  say('CPU per decision, with the record in the audit log', `${round((user + system) / US_PER_MS / count)} ms`);
  // The first samples fill the bounded caches.
  const settled = points.slice(Math.floor(MEMORY_SAMPLES / 4));
  const perMillion = (slope(settled) ?? 0) * 1e6;
  say('heap after garbage collection, MiB', points.map(([, heap]) => round(heap)).join(' '));
  say('heap growth per million decisions', `${round(perMillion)} MiB`);
  say('resident memory at the end', `${round(process.memoryUsage().rss / MIB)} MiB`);
  const verifying = performance.now();
  const { entries, problems } = await verifyAuditLog(bench.store.audit, []);
  const verified = (performance.now() - verifying) / 1_000;
  say(`audit log of ${entries} entries verified`, `${round(verified)} s, ${problems.length} problems`);
  const file = join(bench.stateDir, 'audit.jsonl');
  await pipeline(Readable.from(exportAudit(bench.store.audit)), createWriteStream(file));
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  let highest = 0;
  const reading = performance.now();
  const report = await verifyAuditFile(file, [], () => {
    highest = Math.max(highest, process.memoryUsage().heapUsed - before);
  });
  const read = (performance.now() - reading) / 1_000;
  say(
    `its export of ${report.entries} lines verified`,
    `${round(read)} s, ${report.problems.length} problems, at most ${round(highest / MIB)} MiB of heap`,
  );
  await bench.end();
}

/** Patterns and texts that take a backtracking engine for ever. */
async function stallingPatterns(): Promise<void> {
  const promptInjectionPatterns = ['(a+)+$', '(a|a)*b', '(.*a){20}', '^(\\w+\\s?)*$'];
  const bench = await open({ promptInjectionPatterns, blockedCommandPatterns: promptInjectionPatterns });
  const loop = monitorEventLoopDelay({ resolution: 1 });
  await bench.defender.rule(actionOf(0));
  loop.enable();
  const waits: number[] = [];
  for (let index = 0; index < STALLING_TRIES; index += 1) {
    const text = `${'a'.repeat(30_000 + index)}!`;
    const at = performance.now();
    await bench.defender.rule({
      id: `redos-${index}`,
      source: 'tool',
      tool: 'exec',
      prompt: text,
      command: text,
      raw: {},
    });
    waits.push(performance.now() - at);
    await sleep(TICK_MS);
  }
  loop.disable();
  const facts = summarize(waits);
  say('30,000 characters against stalling patterns', `p50 ${facts?.p50} ms, max ${facts?.max} ms`);
  say('event loop delay meanwhile', `max ${round(loop.max / NS_PER_MS)} ms`);
  await bench.end();
}

say(
  'machine',
  `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.version}, load ${round(os.loadavg()[0] ?? 0)}`,
);
await steadyLoad(Number(options.seconds));
await stallingPatterns();
await manyDecisions(options.million ? 1_000_000 : Number(options.decisions));
