/** Owns the processes a run starts: each has a group of its own and is ended by pid, tree by tree. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { residentMiB, tree } from './process-tree.ts';
import { sleep } from './stats.ts';

interface ExitFacts {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Handle {
  readonly pid: number;
  /** `performance.now()` right after the start. */
  readonly startedAt: number;
  readonly exited: ExitFacts | null;
  readonly done: Promise<ExitFacts>;
}

interface StartOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly logFile: string;
}

export interface EndOptions {
  readonly signal?: NodeJS.Signals;
  /** How long the tree may take before SIGKILL. */
  readonly graceMs?: number;
}

interface OneShotOptions extends StartOptions {
  readonly timeoutMs?: number;
  /** Samples memory and CPU this often; 0 does not sample. */
  readonly everyMs?: number;
}

interface OneShot {
  readonly ok: boolean;
  readonly code: number | null;
  readonly wallMs: number;
  /** Peak of the tree in MiB; null without sampling. */
  readonly peakRssMb: number | null;
  readonly cpuS: number | null;
}

export interface Processes {
  /** Starts a shell command line; the shell execs, so the pid is the program's. */
  start(commandLine: string, options: StartOptions): Handle;
  /** Ends a tree: the signal first, SIGKILL for what is left after the grace. Resolves with ms until gone. */
  end(handle: Handle, options?: EndOptions): Promise<number>;
  endAll(): Promise<void>;
  /** Kills every tree at once, without waiting: for the exit of this program. */
  killAll(): void;
  /**
   * Wall time of a one-shot command; with `everyMs` also peak tree RSS and CPU seconds, by sampling (sampling costs CPU
   * of its own: take wall times from runs without it).
   */
  oneShot(commandLine: string, options: OneShotOptions): Promise<OneShot>;
}

const POLL_MS = 10;
const AFTER_KILL_MS = 50;
const GIVE_UP_MS = 5_000;

export function createProcesses(): Processes {
  const live = new Set<Handle>();

  const start = (commandLine: string, { env, cwd, logFile }: StartOptions): Handle => {
    const log = openSync(logFile, 'a');
    const stdio: SpawnOptions['stdio'] = ['ignore', log, log];
    const child = spawn('/bin/sh', ['-c', `exec ${commandLine}`], { env, cwd, detached: true, stdio });
    closeSync(log);
    if (child.pid === undefined) throw new Error(`could not start ${commandLine}`);
    let exited: ExitFacts | null = null;
    const done = new Promise<ExitFacts>((resolve) => {
      child.once('exit', (code, signal) => {
        exited = { code, signal };
        if (tree(handle.pid).length === 0) live.delete(handle);
        resolve(exited);
      });
    });
    const handle: Handle = {
      pid: child.pid,
      startedAt: performance.now(),
      get exited() {
        return exited;
      },
      done,
    };
    live.add(handle);
    return handle;
  };

  const end = async (handle: Handle, { signal = 'SIGTERM', graceMs = 8_000 }: EndOptions = {}): Promise<number> => {
    const begun = performance.now();
    signalTree(handle.pid, signal);
    while (tree(handle.pid).length > 0) {
      if (performance.now() - begun > graceMs) {
        signalTree(handle.pid, 'SIGKILL');
        await sleep(AFTER_KILL_MS);
      }
      await sleep(POLL_MS);
      if (performance.now() - begun > graceMs + GIVE_UP_MS) break;
    }
    live.delete(handle);
    return performance.now() - begun;
  };

  return {
    start,
    end,
    async endAll() {
      await Promise.all([...live].map((handle) => end(handle, { signal: 'SIGKILL', graceMs: 1_000 })));
    },
    killAll() {
      for (const handle of live) signalTree(handle.pid, 'SIGKILL');
    },
    async oneShot(commandLine, { everyMs = 0, timeoutMs = 60_000, ...options }) {
      const begun = performance.now();
      const handle = start(commandLine, options);
      let peak = 0;
      let cpu = 0;
      const sample = (): void => {
        const members = tree(handle.pid);
        peak = Math.max(peak, residentMiB(members));
        cpu = Math.max(
          cpu,
          members.reduce((sum, stat) => sum + stat.cpu + stat.childCpu, 0),
        );
      };
      const timer = everyMs > 0 ? setInterval(sample, everyMs) : undefined;
      const out = await Promise.race([handle.done, sleep(timeoutMs).then(() => null)]);
      const wallMs = performance.now() - begun;
      clearInterval(timer);
      if (out === null) await end(handle, { signal: 'SIGKILL', graceMs: 500 });
      const isSampled = everyMs > 0;
      return {
        ok: out?.code === 0,
        code: out?.code ?? null,
        wallMs,
        peakRssMb: isSampled ? peak : null,
        cpuS: isSampled ? cpu : null,
      };
    },
  };
}

function signalTree(root: number, signal: NodeJS.Signals): void {
  for (const { pid } of tree(root)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }
}
