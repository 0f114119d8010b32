import { normalizeUsageDisplay } from '@chela/models';
import type { SessionEntry } from '@chela/store';

export type UsageFooter = 'off' | 'tokens' | 'full';

/** The footer of a session; the word `on` of older files means `tokens`. */
export function footerOf(entry: SessionEntry | undefined): UsageFooter {
  const kept = entry?.responseUsage;
  const mode = typeof kept === 'string' ? normalizeUsageDisplay(kept) : undefined;
  return mode === 'tokens' || mode === 'full' ? mode : 'off';
}
