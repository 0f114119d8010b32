#!/usr/bin/env node
/** Side-by-side performance bench for gateways that speak the OpenClaw WebSocket protocol. See README.md. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { createDevice } from './lib/client.ts';
import { freePort } from './lib/free-port.ts';
import { createGateway, type Gateway } from './lib/gateway.ts';
import type { MockStats } from './lib/mock-provider.ts';
import { type BenchOptions, readOptions, USAGE, UsageError } from './lib/options.ts';
import { machineBusySeconds, ownCpuMeter } from './lib/process-tree.ts';
import { createProcesses } from './lib/processes.ts';
import { markdown, type Results } from './lib/report.ts';
import { createSamples } from './lib/samples.ts';
import { round, sleep } from './lib/stats.ts';
import { SUITES } from './lib/suites.ts';

const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

async function bench(options: BenchOptions): Promise<number> {
  const begun = Date.now();
  const log = (text: string): void => {
    const seconds = ((Date.now() - begun) / 1000).toFixed(0).padStart(4);
    process.stderr.write(`[${seconds} s] ${text}\n`);
  };
  const root = options.root ?? mkdtempSync(join(os.tmpdir(), 'gateway-bench-'));
  const processes = createProcesses();
  // Last resort when this program dies of an exception: nothing it started may outlive it.
  process.on('exit', processes.killAll);
  const mockPort = await freePort();
  const mock = await startMock(mockPort);
  const { profile, bootTimeoutMs } = options;
  const gateways: Gateway[] = [];
  for (const choice of options.gateways) {
    const spec = { ...choice, port: await freePort(), device: createDevice() };
    gateways.push(createGateway(spec, { root, mockPort, profile, bootTimeoutMs }, processes));
  }

  const samples = createSamples();
  const notes: string[] = [];
  const suiteSeconds: Record<string, number> = {};
  const foreignLoadCores: Record<string, number> = {};
  const ownCpu = ownCpuMeter();
  const note = (text: string): void => {
    notes.push(text);
    log(`NOTE ${text}`);
  };
  const ensureRunning = async (): Promise<void> => {
    for (const gateway of gateways) {
      if (gateway.isRunning) continue;
      if (gateway.label === null || gateway.label === 'rpc' || gateway.label === 'load' || gateway.label === 'memory')
        gateway.prepare('main');
      await gateway.boot();
    }
  };
  const finish = async (): Promise<void> => {
    await processes.endAll();
    mock.kill('SIGKILL');
    if (!options.keep && !options.root) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    const names = gateways.map(({ name }) => name);
    write(options, {
      schema: 1,
      startedAt: new Date(begun).toISOString(),
      wallS: round((Date.now() - begun) / 1000),
      quick: options.quick,
      profile,
      machine: machineFacts(),
      gateways: gateways.map(({ name, hello }) => ({
        name,
        version: hello?.version ?? null,
        protocol: hello?.protocol ?? null,
        methods: hello?.methods ?? null,
      })),
      suiteSeconds,
      foreignLoadCores,
      notes,
      metrics: samples.results(names),
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log(`${signal}: ending children`);
      const leave = (): never => process.exit(EXIT_INTERRUPTED);
      finish().then(leave, leave);
    });
  }

  let hasStopped = false;
  for (const name of options.suites) {
    const at = Date.now();
    const foreignBefore = machineBusySeconds() - ownCpu();
    log(`suite ${name}`);
    try {
      await SUITES[name]?.({
        gateways,
        processes,
        record: samples.recorder(name),
        note,
        log,
        mockStats: () => mockStats(mockPort),
        ensureRunning,
        quick: options.quick,
        rssLimitMb: options.rssLimitMb,
      });
    } catch (error) {
      hasStopped = true;
      note(`suite ${name} stopped: ${error instanceof Error ? error.message : error}`);
      if (process.env.BENCH_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
      await sleep(200);
    }
    const seconds = (Date.now() - at) / 1000;
    suiteSeconds[name] = round(seconds);
    // CPU used by everything else on the machine meanwhile, in cores: above about 0.1, distrust wall times.
    foreignLoadCores[name] = round(Math.max(0, machineBusySeconds() - ownCpu() - foreignBefore) / seconds);
  }
  await finish();
  return hasStopped ? 1 : 0;
}

async function startMock(port: number): Promise<ChildProcess> {
  const mock = fork(new URL('./lib/mock-provider.ts', import.meta.url), [String(port)], { silent: true });
  if (!mock.stdout) throw new Error('the mock provider has no output');
  await once(mock.stdout, 'data');
  return mock;
}

const mockStats = async (port: number): Promise<MockStats> => (await fetch(`http://127.0.0.1:${port}/__stats`)).json();

const machineFacts = (): Results['machine'] => ({
  cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
  cores: os.cpus().length,
  memoryGiB: round(os.totalmem() / 2 ** 30),
  kernel: os.release(),
  node: process.version,
  loadAverageAtEnd: os.loadavg().map(round),
});

function write({ out, md }: BenchOptions, results: Results): void {
  const table = markdown(results);
  if (out) writeFileSync(out, `${JSON.stringify(results, null, 1)}\n`);
  if (md) writeFileSync(md, table);
  if (!out && !md) process.stdout.write(table);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options) process.exit(await bench(options));
  process.stdout.write(USAGE);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${USAGE}`);
  process.exitCode = EXIT_USAGE;
}
