import type { Clock } from '@chela/observability';
import { embedInJobs } from './embeddings/batch/embed-in-jobs.ts';
import type { BatchRuns } from './embeddings/batch/run-batches.ts';
import type { BatchVector } from './embeddings/batch/vector-batch.ts';
import { embedTexts } from './embeddings/embed-texts.ts';
import type { Embedder } from './embeddings/embedder.ts';
import type { IndexIdentity } from './index-file/identity.ts';
import type { IndexThread } from './index-file/index-thread.ts';
import type { IndexItem } from './index-file/operations.ts';
import type { MemorySettings } from './settings.ts';
import { changedTalks, type TalkWatch } from './talks.ts';
import { digest } from './text/digest.ts';

/** What the original writes for an index without vectors (observed). */
const NO_PROVIDER = { provider: 'none', model: 'fts-only' } as const;

export function identityOf(settings: MemorySettings, embedder: Embedder | undefined): IndexIdentity {
  const { chunking } = settings;
  if (embedder === undefined) return { ...NO_PROVIDER, providerKey: digest(JSON.stringify(NO_PROVIDER)), chunking };
  const { provider, model, providerKey } = embedder;
  return { provider, model, providerKey, chunking };
}

export interface SyncOutcome {
  readonly total: number;
  readonly indexed: number;
  /** Why some texts have no vector yet; they are found by their words, and the next pass tries again. */
  readonly problem?: string;
  /** Why the vendor's interface for large jobs was left; the texts were sent at once instead. */
  readonly jobProblem?: string;
  /** Texts in jobs of the vendor that were handed over and not waited for. */
  readonly underWay?: number;
}

/** Takes all notes out of an index that is for conversations only. */
async function forgotten(thread: IndexThread, target: string): Promise<{ readonly total: 0; readonly changed: [] }> {
  await thread.run('kept', { target, source: 'memory', paths: [] });
  return { total: 0, changed: [] };
}

/**
 * Brings an index up to date with the files. Only what changed is read and only texts without a vector are sent to the
 * vendor. An index that was made otherwise is made anew beside the old one, which serves until then (reference
 * agent/automation.md §5.4).
 */
export async function syncIndex(
  deps: {
    readonly thread: IndexThread;
    readonly clock: Clock;
    readonly talks: TalkWatch | undefined;
    readonly batches: BatchRuns;
  },
  settings: MemorySettings,
  embedder: Embedder | undefined,
  { force, signal }: { readonly force: boolean; readonly signal: AbortSignal },
): Promise<SyncOutcome> {
  const { thread, clock, batches } = deps;
  const { indexPath, workspaceDir, extraPaths } = settings;
  const identity = identityOf(settings, embedder);
  const target = await thread.run('begin', { indexPath, identity, force });
  let problem: string | undefined;
  let jobProblem: string | undefined;
  let isDone = false;
  try {
    const places = { workspaceDir, extraPaths };
    const notes = settings.sources.includes('memory')
      ? await thread.run('stale', { target, places, nowMs: clock.now() })
      : await forgotten(thread, target);
    const talks = await changedTalks(deps, settings, target, force || target !== indexPath);
    const total = notes.total + talks.total;
    const changed: readonly IndexItem[] = [
      ...notes.changed.map((file) => ({ ...file, source: 'memory' as const })),
      ...talks.changed,
    ];
    const keep = async (embedded: readonly BatchVector[]): Promise<void> => {
      await thread.run('keep', { target, identity, embedded, nowMs: clock.now() });
    };
    if (embedder !== undefined && settings.remote.batch.enabled) {
      // What the jobs do not bring is sent at once below.
      await embedInJobs({ thread, batches, target, identity, keep }, changed, settings, embedder, signal).catch(
        (error: unknown) => {
          signal.throwIfAborted();
          jobProblem = error instanceof Error ? error.message : String(error);
        },
      );
    }
    for (const file of changed) {
      signal.throwIfAborted();
      if (embedder !== undefined && problem === undefined) {
        const left = batches.underWay();
        const missing = await thread.run('missing', { target, identity, file });
        const texts = missing.filter(({ hash }) => !left.has(hash));
        await embedTexts(embedder, texts, keep, signal).catch((error: unknown) => {
          signal.throwIfAborted();
          problem = error instanceof Error ? error.message : String(error);
        });
      }
      await thread.run('write', { target, identity, file, nowMs: clock.now() });
    }
    isDone = true;
    const underWay = batches.underWay().size;
    return {
      total,
      indexed: changed.length,
      ...(problem !== undefined && { problem }),
      ...(jobProblem !== undefined && { jobProblem }),
      ...(underWay > 0 && { underWay }),
    };
  } finally {
    const { maxEntries } = settings.cache;
    const cacheMaxEntries = settings.cache.enabled ? maxEntries : 0;
    // A pass that was broken off leaves the old index in place; what it wrote into the same file is whole per file.
    await thread
      .run('finish', { target, indexPath, identity, cacheMaxEntries, keep: isDone })
      .catch((error: unknown) => {
        if (isDone) throw error;
      });
  }
}
