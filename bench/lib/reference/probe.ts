/** What every reference group shares: the table of rows and bare Node processes to measure. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import WebSocket from 'ws';
import { cpuSeconds, memory } from '../process-tree.ts';
import { type Summary, sleep, summarize } from '../stats.ts';

export interface ReferenceRow {
  readonly group: string;
  readonly what: string;
  readonly unit: string;
  readonly value: Summary | number | null;
  readonly remark: string;
}

export interface ReferenceContext {
  readonly row: (group: string, what: string, unit: string, value: Summary | number | null, remark?: string) => void;
  readonly runs: number;
  /** Scratch folder of the run. */
  readonly tmp: string;
  /** Folder of the measured programs. */
  readonly programs: string;
}

export interface NodeRun {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly done: Promise<unknown>;
  /** `performance.now()` right after the start. */
  readonly at: number;
}

const STARTUP_TIMEOUT_MS = 20_000;
const SETTLE_MS = 300;

/** Starts this Node with the arguments. */
export function runNode(args: readonly string[], env: Readonly<Record<string, string>> = {}): NodeRun {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: 'ignore' });
  if (child.pid === undefined) throw new Error('could not start Node');
  return { child, pid: child.pid, done: once(child, 'exit'), at: performance.now() };
}

export function connect(port: number): Promise<WebSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  const ws = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  ws.once('open', () => resolve(ws));
  ws.once('error', reject);
  return promise;
}

export interface StartFacts {
  /** Milliseconds from start to the first accepted WebSocket, and CPU until then. */
  readonly ready: Summary | null;
  readonly cpu: Summary | null;
  /** MiB, 300 ms later. */
  readonly idle: Summary | null;
}

/** Start-up of a server program; one run more than asked for fills the caches first. */
export async function serverStart(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  port: number,
  runs: number,
): Promise<StartFacts> {
  const ready: number[] = [];
  const cpu: number[] = [];
  const idle: number[] = [];
  for (let round = 0; round <= runs; round += 1) {
    const isCounted = round > 0;
    const run = runNode(args, env);
    (await firstConnection(run, port)).terminate();
    if (isCounted) {
      ready.push(performance.now() - run.at);
      cpu.push(cpuSeconds(run.pid) * 1000);
    }
    await sleep(SETTLE_MS);
    if (isCounted) idle.push(memory(run.pid).rss);
    // An orderly exit: only then does Node write its compile cache.
    run.child.kill('SIGTERM');
    await run.done;
  }
  return { ready: summarize(ready), cpu: summarize(cpu), idle: summarize(idle) };
}

async function firstConnection(run: NodeRun, port: number): Promise<WebSocket> {
  for (;;) {
    const ws = await connect(port).catch(() => undefined);
    if (ws) return ws;
    if (run.child.exitCode !== null || performance.now() - run.at > STARTUP_TIMEOUT_MS) {
      throw new Error(`no server (exit ${run.child.exitCode})`);
    }
    await sleep(2);
  }
}
