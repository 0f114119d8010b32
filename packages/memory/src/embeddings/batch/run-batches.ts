import type { Clock } from '@chela/observability';
import type { MemorySettings } from '../../settings.ts';
import type { BatchText, BatchVector, VectorBatch } from './vector-batch.ts';

/** Large indexing runs over a vendor's jobs, and whether they are still worth trying. */
export interface BatchRuns {
  /** True when so many texts are to go as jobs. */
  wants(count: number, settings: MemorySettings): boolean;
  /** Runs jobs until all texts are through, and hands vectors over as each job ends. Rejects at the first job that fails. */
  run(
    batch: VectorBatch,
    texts: readonly BatchText[],
    settings: MemorySettings,
    keep: (vectors: readonly BatchVector[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Hands the texts over without waiting for them (`remote.batch.wait: false`); `collect` brings them later. */
  leave(batch: VectorBatch, texts: readonly BatchText[], signal: AbortSignal): Promise<void>;
  /** Looks at the jobs that were left, once each, and hands over what is ready. Rejects when one of them failed. */
  collect(
    batch: VectorBatch,
    settings: MemorySettings,
    keep: (vectors: readonly BatchVector[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Hashes of the texts in jobs that were left. */
  underWay(): ReadonlySet<string>;
  /** Forgets jobs that were left with another model: their vectors fit nowhere any more. */
  keepOnly(model: string): void;
  /** Failures in a row so far; jobs are given up after two. */
  failures(): number;
}

export const BATCH_FAILURES_MAX = 2;
/** A job may take hours; fewer texts than these are sent at once instead. */
const TEXTS_MIN = 50;
const TEXTS_MAX = 50_000;
const BYTES_MAX = 64 * 1024 * 1024;

interface LeftJob {
  readonly job: string;
  readonly hashes: readonly string[];
  readonly submittedAt: number;
}

export function createBatchRuns({ clock }: { readonly clock: Clock }): BatchRuns {
  let failures = 0;
  let left: readonly LeftJob[] = [];
  let leftModel: string | undefined;

  /** One look; a job that failed, or takes too long, is not looked at again. */
  const collectJob = async (batch: VectorBatch, entry: LeftJob, timeoutMs: number, signal: AbortSignal) => {
    const forget = (): void => {
      left = left.filter((other) => other !== entry);
    };
    try {
      const state = await batch.look(entry.job, signal);
      if (state !== 'waiting') {
        forget();
        return state.done;
      }
      if (clock.now() - entry.submittedAt < timeoutMs) return undefined;
      throw new Error(`the vendor’s batch took longer than ${timeoutMs} ms`);
    } catch (error) {
      signal.throwIfAborted();
      forget();
      failures += 1;
      throw error;
    }
  };

  const finish = async (
    batch: VectorBatch,
    texts: readonly BatchText[],
    { remote }: MemorySettings,
    signal: AbortSignal,
  ): Promise<readonly BatchVector[]> => {
    const { pollIntervalMs, timeoutMs } = remote.batch;
    const startedAt = clock.now();
    const job = await batch.submit(texts, signal);
    for (;;) {
      const state = await batch.look(job, signal);
      if (state !== 'waiting') return state.done;
      if (clock.now() - startedAt >= timeoutMs) throw new Error(`the vendor’s batch took longer than ${timeoutMs} ms`);
      await pause(clock, pollIntervalMs, signal);
    }
  };

  return {
    wants: (count, { remote }) => remote.batch.enabled && failures < BATCH_FAILURES_MAX && count >= TEXTS_MIN,
    async run(batch, texts, settings, keep, signal) {
      const waiting = groupsOf(texts).values();
      const work = async (): Promise<void> => {
        for (const group of waiting) await keep(await finish(batch, group, settings, signal));
      };
      try {
        await Promise.all(Array.from({ length: settings.remote.batch.concurrency }, work));
        failures = 0;
      } catch (error) {
        if (!signal.aborted) failures += 1;
        throw error;
      }
    },
    async leave(batch, texts, signal) {
      for (const group of groupsOf(texts)) {
        const job = await batch.submit(group, signal).catch((error: unknown) => {
          if (!signal.aborted) failures += 1;
          throw error;
        });
        left = [...left, { job, hashes: group.map(({ hash }) => hash), submittedAt: clock.now() }];
      }
    },
    async collect(batch, { remote }, keep, signal) {
      for (const entry of left) {
        const done = await collectJob(batch, entry, remote.batch.timeoutMs, signal);
        if (done === undefined) continue;
        failures = 0;
        await keep(done);
      }
    },
    underWay: () => new Set(left.flatMap(({ hashes }) => hashes)),
    keepOnly(model) {
      if (leftModel !== model) left = [];
      leftModel = model;
    },
    failures: () => failures,
  };
}

function groupsOf(texts: readonly BatchText[]): readonly (readonly BatchText[])[] {
  const groups: BatchText[][] = [];
  let bytes = 0;
  for (const entry of texts) {
    const size = Buffer.byteLength(entry.text);
    const group = groups.at(-1);
    if (group === undefined || group.length >= TEXTS_MAX || bytes + size > BYTES_MAX) {
      groups.push([entry]);
      bytes = size;
      continue;
    }
    group.push(entry);
    bytes += size;
  }
  return groups;
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const cancel = clock.after(delayMs, () => {
    signal.removeEventListener('abort', stop);
    resolve();
  });
  const stop = (): void => {
    cancel();
    reject(signal.reason);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return promise;
}
