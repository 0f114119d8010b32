import type { Config } from '@chela/config';
import { normalizeVerbose } from '@chela/models';
import type { SessionEntry } from '@chela/store';

/** How much people read of the work behind an answer: what their session says, else `agents.defaults.verboseDefault`. Pure. */
export function verboseLevelOf(config: Config, entry: SessionEntry | undefined): 'off' | 'on' | 'full' {
  const fallback = config.agents?.defaults?.verboseDefault;
  const level = normalizeVerbose(entry?.verboseLevel ?? (typeof fallback === 'string' ? fallback : ''));
  return level === 'on' || level === 'full' ? level : 'off';
}
