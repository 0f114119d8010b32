import type { Clock, Logger } from '@chela/observability';
import { createBatchRuns } from './embeddings/batch/run-batches.ts';
import { chooseEmbedder, type EmbedderChoice, type EmbeddingKeys } from './embeddings/choose-embedder.ts';
import type { EmbeddingWire } from './embeddings/embedding-request.ts';
import { type MemoryWatch, watchMemory } from './files/watch-memory.ts';
import type { IndexThread } from './index-file/index-thread.ts';
import type { IndexFacts } from './index-file/operations.ts';
import type { Found } from './query/merge-hybrid.ts';
import { unitVector } from './query/similarity.ts';
import type { MemorySettings } from './settings.ts';
import { type SyncOutcome, syncIndex } from './sync-index.ts';
import { createTalkWatch, type SessionTalks } from './talks.ts';

export interface AgentMemoryDeps {
  readonly settings: () => MemorySettings;
  readonly thread: IndexThread;
  readonly keys: EmbeddingKeys;
  readonly wire: EmbeddingWire;
  /** The agent's conversations; absent where nobody may read them. */
  readonly talks?: SessionTalks;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Follow the files; off in one-shot commands. */
  readonly watch: boolean;
}

export interface MemoryQuery {
  readonly question: string;
  readonly sessionKey?: string;
  readonly maxResults?: number;
  readonly minScore?: number;
  readonly signal: AbortSignal;
}

export interface MemoryAnswer {
  readonly results: readonly Found[];
  /** `none` when search goes by words only. */
  readonly provider: string;
  readonly model?: string;
  readonly fallback?: { readonly from: string; readonly reason: string };
  readonly mode?: 'fts-only';
}

export interface AgentMemoryStatus {
  readonly settings: MemorySettings;
  readonly choice: EmbedderChoice;
  readonly facts: IndexFacts;
  readonly dirty: boolean;
  /** Jobs of the vendor that failed in a row. */
  readonly batchFailures: number;
}

/** The memory of one agent: keeps its index up to date and answers questions from it. */
export interface AgentMemory {
  search(query: MemoryQuery): Promise<MemoryAnswer>;
  sync(options: { readonly force: boolean }): Promise<SyncOutcome>;
  status(): Promise<AgentMemoryStatus>;
  /** Somebody spoke with the agent: its conversations are looked at a little later, if they are remembered. */
  spoke(): void;
  /** Asks the vendor for one vector; the text of what went wrong, or undefined. */
  probe(signal: AbortSignal): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A question waits this long for new files to be indexed; then it is answered from what there is. */
const SYNC_WAIT_MS = 3_000;
const SESSIONS_MAX = 1_000;
/** Whatever is said within this time is looked at together (reference agent/automation.md §5.4). */
const SPOKEN_QUIET_MS = 5_000;

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function createAgentMemory(deps: AgentMemoryDeps): AgentMemory {
  const { thread, clock, logger, settings } = deps;
  const closing = new AbortController();
  const batches = createBatchRuns({ clock });
  const sessions = new Set<string>();
  const talks = deps.talks === undefined ? undefined : createTalkWatch(deps.talks);
  let dirty = true;
  let syncing: Promise<SyncOutcome> | undefined;
  let watching: Promise<MemoryWatch | undefined> | undefined;
  let cancelInterval = (): void => {};
  let cancelCollecting = (): void => {};
  let cancelSpoken: (() => void) | undefined;

  const choose = (): Promise<EmbedderChoice> => chooseEmbedder(settings(), deps.keys, deps.wire);

  async function pass(force: boolean): Promise<SyncOutcome> {
    const { embedder } = await choose();
    // A change during the pass makes the index old again.
    dirty = false;
    try {
      const outcome = await syncIndex({ thread, clock, talks, batches }, settings(), embedder, {
        force,
        signal: closing.signal,
      });
      if (outcome.jobProblem !== undefined) {
        logger.warn('a batch of the embedding provider failed', { problem: outcome.jobProblem });
      }
      if (outcome.problem !== undefined) {
        dirty = true;
        logger.warn('some memories have no vectors yet', { agentId: settings().agentId, problem: outcome.problem });
      }
      if (outcome.underWay !== undefined) collectLater();
      return outcome;
    } catch (error) {
      dirty = true;
      throw error;
    }
  }

  /** One pass at a time; whoever asks meanwhile gets the one under way. */
  function sync(options: { readonly force: boolean }): Promise<SyncOutcome> {
    syncing ??= pass(options.force).finally(() => {
      syncing = undefined;
    });
    return syncing;
  }

  function syncInBackground(): void {
    if (closing.signal.aborted) return;
    void sync({ force: false }).catch((error: unknown) => {
      if (!closing.signal.aborted) logger.warn('memory could not be indexed', { error });
    });
  }

  function follow(): void {
    const { workspaceDir, extraPaths, sync: rules } = settings();
    if (!deps.watch || watching !== undefined) return;
    if (rules.intervalMs > 0) {
      const again = (): void => {
        syncInBackground();
        cancelInterval = clock.after(rules.intervalMs, again);
      };
      cancelInterval = clock.after(rules.intervalMs, again);
    }
    watching = !rules.watch
      ? Promise.resolve(undefined)
      : watchMemory({
          places: { workspaceDir, extraPaths },
          debounceMs: rules.watchDebounceMs,
          clock,
          logger,
          changed() {
            dirty = true;
            syncInBackground();
          },
        }).catch((error: unknown) => {
          logger.warn('memory files cannot be watched', { error });
          return undefined;
        });
  }

  /** Jobs of the vendor that nobody waits for are looked at now and then. */
  function collectLater(): void {
    dirty = true;
    cancelCollecting();
    cancelCollecting = clock.after(settings().remote.batch.pollIntervalMs, syncInBackground);
  }

  function spoke(): void {
    const isFollowed = deps.watch && talks !== undefined && settings().sources.includes('sessions');
    if (!isFollowed || closing.signal.aborted || cancelSpoken !== undefined) return;
    cancelSpoken = clock.after(SPOKEN_QUIET_MS, () => {
      cancelSpoken = undefined;
      syncInBackground();
    });
  }

  /** Waits for a pass, but not for long. */
  async function freshen(sessionKey: string | undefined): Promise<void> {
    const { sync: rules } = settings();
    const isNewSession = sessionKey !== undefined && !sessions.has(sessionKey);
    if (isNewSession) {
      if (sessions.size >= SESSIONS_MAX) sessions.clear();
      sessions.add(sessionKey);
    }
    // Without a watcher nobody says that files changed.
    const hasTalks = talks !== undefined && settings().sources.includes('sessions');
    const isDue = dirty || hasTalks || !rules.watch || !deps.watch;
    if (!((isNewSession && rules.onSessionStart) || (isDue && rules.onSearch))) return;
    const late = Promise.withResolvers<void>();
    const cancel = clock.after(SYNC_WAIT_MS, () => late.resolve());
    const done = sync({ force: false }).then(
      () => undefined,
      (error: unknown) => logger.warn('memory could not be indexed', { error }),
    );
    await Promise.race([done, late.promise]);
    cancel();
  }

  async function search(query: MemoryQuery): Promise<MemoryAnswer> {
    const now = settings();
    follow();
    await freshen(query.sessionKey);
    const { embedder, ...choice } = await choose();
    const fallback = 'fallback' in choice ? choice.fallback : undefined;
    let vector: readonly number[] | undefined;
    let failed: string | undefined;
    if (embedder !== undefined) {
      vector = await embedder.question(query.question, query.signal).catch((error: unknown) => {
        query.signal.throwIfAborted();
        failed = reasonOf(error);
        return undefined;
      });
    }
    const results = await thread.run('search', {
      indexPath: now.indexPath,
      question: query.question,
      maxResults: Math.max(1, Math.floor(query.maxResults ?? now.query.maxResults)),
      minScore: query.minScore ?? now.query.minScore,
      nowMs: clock.now(),
      query: now.query,
      ...(vector && { vector: [...unitVector(vector)] }),
    });
    if (embedder === undefined || vector === undefined) {
      const reason = failed ?? '';
      return {
        results,
        provider: 'none',
        mode: 'fts-only',
        ...(embedder && { fallback: { from: embedder.provider, reason } }),
      };
    }
    return { results, provider: embedder.provider, model: embedder.model, ...(fallback && { fallback }) };
  }

  return {
    search,
    sync,
    spoke,
    async status() {
      const now = settings();
      const [choice, facts] = await Promise.all([choose(), thread.run('facts', { indexPath: now.indexPath })]);
      return { settings: now, choice, facts, dirty: dirty && facts.files === 0, batchFailures: batches.failures() };
    },
    async probe(signal) {
      const choice = await choose();
      if (choice.embedder === undefined) return choice.reason;
      return choice.embedder.question('ping', signal).then(() => undefined, reasonOf);
    },
    async close() {
      closing.abort(new Error('the gateway closes'));
      cancelInterval();
      cancelSpoken?.();
      cancelCollecting();
      await (await watching)?.close();
      await syncing?.catch(() => undefined);
    },
  };
}
