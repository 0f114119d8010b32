import type { IndexIdentity } from '../../index-file/identity.ts';
import type { IndexThread } from '../../index-file/index-thread.ts';
import type { IndexItem } from '../../index-file/operations.ts';
import type { MemorySettings } from '../../settings.ts';
import type { Embedder } from '../embedder.ts';
import type { BatchRuns } from './run-batches.ts';
import type { BatchVector } from './vector-batch.ts';

/** What one pass hands over; the rest goes with the next one or at once. */
const JOB_TEXTS_MAX = 200_000;

export interface JobDeps {
  readonly thread: IndexThread;
  readonly batches: BatchRuns;
  readonly target: string;
  readonly identity: IndexIdentity;
  readonly keep: (vectors: readonly BatchVector[]) => Promise<void>;
}

/**
 * Sends the texts of many changed files as the vendor's large jobs, when there are enough of them. Those that are not waited
 * for are collected by a later pass.
 */
export async function embedInJobs(
  { thread, batches, target, identity, keep }: JobDeps,
  changed: readonly IndexItem[],
  settings: MemorySettings,
  embedder: Embedder,
  signal: AbortSignal,
): Promise<void> {
  const { wait } = settings.remote.batch;
  batches.keepOnly(`${embedder.model} ${embedder.providerKey}`);
  if (!wait && batches.underWay().size > 0) await batches.collect(await embedder.batch(), settings, keep, signal);
  const isUnderWay = batches.underWay();
  const texts = new Map<string, string>();
  for (const file of changed) {
    signal.throwIfAborted();
    for (const { hash, text } of await thread.run('missing', { target, identity, file })) {
      if (!isUnderWay.has(hash)) texts.set(hash, text);
    }
    if (texts.size >= JOB_TEXTS_MAX) break;
  }
  if (!batches.wants(texts.size, settings)) return;
  const waiting = [...texts].map(([hash, text]) => ({ hash, text }));
  const batch = await embedder.batch();
  await (wait ? batches.run(batch, waiting, settings, keep, signal) : batches.leave(batch, waiting, signal));
}
