import type { ConfigService } from '@chela/config';
import { normalizeReasoning, normalizeVerbose } from '@chela/models';
import type { Store } from '@chela/store';
import type { RunVisibility } from './run-stream.ts';

/** Reads what a session shows of its runs: its verbose and reasoning levels, else the configured verbose default. */
export function createVisibilityReader(deps: {
  readonly config: Pick<ConfigService, 'current'>;
  readonly store: Pick<Store, 'sessions'>;
}): (sessionKey: string) => Promise<RunVisibility> {
  return async (sessionKey) => {
    const entry = (await deps.store.sessions.get(sessionKey))?.entry;
    const fallback = deps.config.current().agents?.defaults?.verboseDefault;
    const verbose = entry?.verboseLevel ?? (typeof fallback === 'string' ? fallback : '');
    return {
      toolResults: normalizeVerbose(verbose) === 'full',
      thinking: normalizeReasoning(entry?.reasoningLevel ?? '') === 'stream',
    };
  };
}
