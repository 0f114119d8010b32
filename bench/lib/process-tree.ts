/** Process trees as /proc shows them (Linux only): what they use. */
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, the unit of CPU time in /proc. */
const TICKS_PER_S = 100;
const KIB_PER_MIB = 1024;

interface ProcessStat {
  readonly pid: number;
  readonly state: string;
  readonly ppid: number;
  readonly pgrp: number;
  /** Seconds. */
  readonly cpu: number;
  /** Seconds of children that were reaped. */
  readonly childCpu: number;
  readonly threads: number;
}

/** The text of a file in /proc, or undefined when the process is gone. */
function procText(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}

function readStat(pid: number): ProcessStat | undefined {
  const text = procText(`${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number): number => Number(fields[index]);
  return {
    pid,
    state: fields[0] ?? '',
    ppid: number(1),
    pgrp: number(2),
    cpu: (number(11) + number(12)) / TICKS_PER_S,
    childCpu: (number(13) + number(14)) / TICKS_PER_S,
    threads: number(17),
  };
}

/** Every live process at or below `root`, plus members of its process group (survivors of a re-parenting). */
export function tree(root: number): readonly ProcessStat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const inside = new Set([root]);
  for (let hasGrown = true; hasGrown; ) {
    hasGrown = false;
    for (const stat of all) {
      if (inside.has(stat.pid) || !(inside.has(stat.ppid) || stat.pgrp === root)) continue;
      inside.add(stat.pid);
      hasGrown = true;
    }
  }
  return all.filter((stat) => inside.has(stat.pid) && stat.state !== 'Z');
}

const kibOf = (text: string | undefined, key: string): number =>
  Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(text ?? '')?.[1] ?? 0);

export interface TreeMemory {
  readonly processes: number;
  readonly threads: number;
  /** MiB over the whole tree. */
  readonly rss: number;
  readonly pss: number;
}

export function memory(root: number): TreeMemory {
  const members = tree(root).map((stat) => {
    const text = procText(`${stat.pid}/smaps_rollup`);
    return { threads: stat.threads, rss: kibOf(text, 'Rss') / KIB_PER_MIB, pss: kibOf(text, 'Pss') / KIB_PER_MIB };
  });
  const sum = (of: (member: (typeof members)[number]) => number): number =>
    members.reduce((total, member) => total + of(member), 0);
  return { processes: members.length, threads: sum((m) => m.threads), rss: sum((m) => m.rss), pss: sum((m) => m.pss) };
}

/** CPU seconds spent so far by the tree, including children already reaped. */
export const cpuSeconds = (root: number): number => tree(root).reduce((sum, stat) => sum + stat.cpu + stat.childCpu, 0);

/** Voluntary context switches so far, all threads of the tree: wakeups. */
export function wakeups(root: number): number {
  const tasks = tree(root).flatMap(({ pid }) => taskNames(pid).map((task) => procText(`${pid}/task/${task}/status`)));
  return tasks.reduce((sum, text) => sum + kibOf(text, 'voluntary_ctxt_switches'), 0);
}

function taskNames(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Resident memory of the tree in MiB, by the cheaper of the two files that tell it. */
export const residentMiB = (members: readonly { readonly pid: number }[]): number =>
  members.reduce((sum, { pid }) => sum + kibOf(procText(`${pid}/status`), 'VmRSS') / KIB_PER_MIB, 0);

/**
 * CPU seconds of this process and everything below it, by sampling once a second: a grandchild whose parent was
 * killed is reaped by init, so its CPU time would be lost to the accounting of the kernel.
 */
export function ownCpuMeter(): () => number {
  const seen = new Map<number, number>();
  const sample = (): void => {
    for (const stat of tree(process.pid)) seen.set(stat.pid, Math.max(stat.cpu, seen.get(stat.pid) ?? 0));
  };
  sample();
  setInterval(sample, 1_000).unref();
  return () => {
    sample();
    return [...seen.values()].reduce((sum, seconds) => sum + seconds, 0);
  };
}

/** Machine-wide busy CPU seconds: all but idle and iowait. */
export function machineBusySeconds(): number {
  const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? '';
  const fields = line.trim().split(/\s+/).slice(1).map(Number);
  return [0, 1, 2, 5, 6, 7].reduce((sum, index) => sum + (fields[index] ?? 0), 0) / TICKS_PER_S;
}
