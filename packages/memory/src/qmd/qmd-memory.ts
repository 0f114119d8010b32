import { type ScopeFacts, scopeAllows } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import type { MemoryAnswer, MemoryQuery } from '../agent-memory.ts';
import { readMemoryFile } from '../files/read-memory-file.ts';
import type { SessionTalks } from '../talks.ts';
import { exportTalks } from './export-talks.ts';
import { ensureCollections } from './qmd-collections.ts';
import { placeInCollection, readQmdResults } from './qmd-results.ts';
import type { QmdSettings } from './qmd-settings.ts';
import { createRunQmd, type RunQmd } from './run-qmd.ts';

/** The memory of one agent in the hands of the `qmd` program (reference agent/automation.md §5.5). */
export interface QmdMemory {
  /** Brings its index up to date now and then; without it only before the first question. */
  start(): void;
  /** Rejects when the program is missing, fails or prints something else: the built-in index is asked then. */
  search(query: MemoryQuery): Promise<MemoryAnswer>;
  /** Part of a file outside the workspace that a result named; undefined for any other path. */
  read(request: ReadRequest): Promise<{ readonly path: string; readonly text: string }> | undefined;
  /** Brings its index up to date now. */
  update(): Promise<void>;
  close(): Promise<void>;
}

export interface ReadRequest {
  readonly path: string;
  readonly from?: number;
  readonly lines?: number;
}

export interface QmdMemoryDeps {
  readonly agentId: string;
  readonly settings: () => QmdSettings;
  readonly talks?: SessionTalks;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The program; a child process when absent. */
  readonly run?: RunQmd;
}

/** After a failure the built-in index answers for this long. */
const REST_MS = 60_000;
/** What builds of the program say that do not know the mode or its flags. */
const UNKNOWN_MODE = /unknown (?:option|command|argument|flag)|unrecognized|unexpected argument/i;

export function createQmdMemory(deps: QmdMemoryDeps): QmdMemory {
  const { agentId, settings, talks, clock, logger } = deps;
  const run = deps.run ?? createRunQmd(settings);
  const closing = new AbortController();
  let ready: Promise<void> | undefined;
  let updating: Promise<void> | undefined;
  let updatedAtMs = Number.NEGATIVE_INFINITY;
  let embeddedAtMs = Number.NEGATIVE_INFINITY;
  let restUntilMs = 0;
  let cancelTimer = (): void => {};

  const prepare = (): Promise<void> => {
    ready ??= ensureCollections(run, settings(), closing.signal).catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
    return ready;
  };

  async function pass(): Promise<void> {
    const now = settings();
    await prepare();
    if (now.sessions !== undefined && talks !== undefined) await exportTalks(talks, now.sessions, agentId, clock);
    await run(['update'], now.timeouts.updateMs, closing.signal);
    updatedAtMs = clock.now();
    if (clock.now() - embeddedAtMs < now.update.embedIntervalMs) return;
    embeddedAtMs = clock.now();
    // Without vectors it still finds words.
    await run(['embed'], now.timeouts.embedMs, closing.signal).catch((error: unknown) => {
      if (!closing.signal.aborted) logger.warn('qmd could not make vectors', { agentId, error });
    });
  }

  /** One pass at a time; whoever asks meanwhile gets the one under way. */
  function update(): Promise<void> {
    updating ??= pass().finally(() => {
      updating = undefined;
    });
    return updating;
  }

  function updateInBackground(): void {
    const { debounceMs } = settings().update;
    if (closing.signal.aborted || clock.now() - updatedAtMs < debounceMs) return;
    void update().catch((error: unknown) => {
      if (!closing.signal.aborted) logger.warn('qmd could not be brought up to date', { agentId, error });
    });
  }

  function again(): void {
    const { intervalMs } = settings().update;
    if (intervalMs <= 0 || closing.signal.aborted) return;
    cancelTimer = clock.after(intervalMs, () => {
      updateInBackground();
      again();
    });
  }

  async function ask(question: string, count: number, signal: AbortSignal): Promise<string> {
    const { searchMode, timeouts } = settings();
    const flags = ['--json', '-n', String(count)];
    try {
      return await run([searchMode, question, ...flags], timeouts.searchMs, signal);
    } catch (error) {
      const isUnknown = error instanceof Error && UNKNOWN_MODE.test(error.message);
      if (searchMode === 'query' || !isUnknown) throw error;
      return run(['query', question, ...flags], timeouts.searchMs, signal);
    }
  }

  return {
    start() {
      if (settings().update.onBoot) updateInBackground();
      again();
    },
    async search({ question, sessionKey, maxResults, minScore, signal }) {
      const now = settings();
      const answer = { provider: 'qmd', model: 'qmd' } as const;
      if (sessionKey !== undefined && !scopeAllows(now.scope, placeOf(sessionKey), 'deny')) {
        logger.warn('memory.qmd.scope keeps memory out of this conversation', { agentId, ...placeOf(sessionKey) });
        return { results: [], ...answer };
      }
      if (clock.now() < restUntilMs) throw new Error('qmd failed a moment ago');
      try {
        await prepare();
        if (now.update.waitForBootSync && updatedAtMs === Number.NEGATIVE_INFINITY) await update();
        const count = Math.min(now.limits.maxResults, Math.max(1, Math.floor(maxResults ?? now.limits.maxResults)));
        const both = AbortSignal.any([signal, closing.signal]);
        // A question that begins with a dash would be an option.
        const printed = await ask(question.replace(/^[\s-]+/, ''), count, both);
        const results = readQmdResults(printed, now).filter(({ score }) => score >= (minScore ?? 0));
        return { results: results.slice(0, count), ...answer };
      } catch (error) {
        if (!signal.aborted) restUntilMs = clock.now() + REST_MS;
        throw error;
      }
    },
    read(request) {
      const place = placeInCollection(request.path, settings().collections);
      if (place === undefined) return undefined;
      const { collection, inner } = place;
      return readMemoryFile(
        { workspaceDir: collection.path, extraPaths: [collection.path] },
        { ...request, path: inner },
      ).then(({ text }) => ({ path: request.path, text }));
    },
    update,
    async close() {
      closing.abort(new Error('the gateway closes'));
      cancelTimer();
      await updating?.catch(() => undefined);
    },
  };
}

/** A conversation that is neither a group nor a channel is with one person. */
function placeOf(sessionKey: string): ScopeFacts {
  const isShared = /(?:^|:)(?:group|channel):/.test(sessionKey.toLowerCase());
  return isShared ? { sessionKey } : { sessionKey, chatType: 'direct' };
}
