import type { Config } from '@chela/config';
import { isRecord } from '../messages/content-parts.ts';
import type { GlobalLane } from './lanes.ts';

const MAIN_DEFAULT = 4;
const SUBAGENT_DEFAULT = 8;

/** How many runs of a lane may be active at once (reference agent/sessions.md §8, §12.1). Pure. */
export function maxConcurrent(config: Config, lane: GlobalLane): number {
  const defaults = config.agents?.defaults;
  if (lane === 'main') return defaults?.maxConcurrent ?? MAIN_DEFAULT;
  const own = isRecord(defaults?.subagents) ? defaults.subagents.maxConcurrent : undefined;
  return typeof own === 'number' && own >= 1 ? Math.floor(own) : SUBAGENT_DEFAULT;
}
