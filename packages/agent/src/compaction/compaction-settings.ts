import type { Config } from '@chela/config';
import { isRecord } from '../messages/content-parts.ts';

/** When a history is summarised and how much of it stays (reference agent/sessions.md §14.1, §14.3). All counts are tokens. Pure. */
export interface CompactionSettings {
  /** A context above this is compacted before the next request. */
  readonly threshold: number;
  /** What stays word by word at the end of the history. */
  readonly keepRecent: number;
  /** Room kept free for the answer. */
  readonly reserve: number;
  readonly memoryFlush: MemoryFlushSettings | undefined;
}

export interface MemoryFlushSettings {
  readonly reserveTokensFloor: number;
  readonly softThresholdTokens: number;
  readonly prompt: string | undefined;
  readonly systemPrompt: string | undefined;
}

const RESERVE_TOKENS = 16_384;
const RESERVE_FLOOR_TOKENS = 20_000;
const KEEP_RECENT_TOKENS = 20_000;
const SOFT_THRESHOLD_TOKENS = 4_000;
/** In a small window the configured room may not take everything. */
const RESERVE_MAX_SHARE = 0.5;

export function compactionSettings(config: Config, contextWindowTokens: number): CompactionSettings {
  const own = config.agents?.defaults?.compaction;
  const settings = isRecord(own) ? own : {};
  const floor = count(settings.reserveTokensFloor) ?? RESERVE_FLOOR_TOKENS;
  const asked = Math.max(count(settings.reserveTokens) ?? RESERVE_TOKENS, floor);
  const reserve = Math.min(asked, Math.floor(contextWindowTokens * RESERVE_MAX_SHARE));
  const threshold = contextWindowTokens - reserve;
  const flush = isRecord(settings.memoryFlush) ? settings.memoryFlush : {};
  return {
    threshold,
    reserve,
    keepRecent: Math.min(count(settings.keepRecentTokens) ?? KEEP_RECENT_TOKENS, Math.floor(threshold / 2)),
    memoryFlush:
      flush.enabled === false
        ? undefined
        : {
            reserveTokensFloor: floor,
            softThresholdTokens: count(flush.softThresholdTokens) ?? SOFT_THRESHOLD_TOKENS,
            prompt: text(flush.prompt),
            systemPrompt: text(flush.systemPrompt),
          },
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.floor(value) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
