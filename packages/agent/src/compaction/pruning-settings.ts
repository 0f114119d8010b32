import { isRecord } from '../messages/content-parts.ts';
import { parseDurationMs } from '../schedule/duration.ts';

/** `agents.defaults.contextPruning` with its defaults (reference agent/sessions.md §14.4). Pure. */
export interface PruningSettings {
  readonly mode: 'cache-ttl';
  readonly ttlMs: number;
  readonly keepLastAssistants: number;
  readonly softTrimRatio: number;
  readonly hardClearRatio: number;
  readonly minPrunableToolChars: number;
  readonly tools: Readonly<Record<string, unknown>>;
  readonly softTrim: { readonly maxChars: number; readonly headChars: number; readonly tailChars: number };
  readonly hardClear: { readonly enabled: boolean; readonly placeholder: string };
}

const DEFAULT_TTL_MS = 300_000;

/** Undefined when pruning is off. Members that make no sense fall back to their defaults. */
export function pruningSettings(config: unknown): PruningSettings | undefined {
  if (!isRecord(config) || config.mode !== 'cache-ttl') return undefined;
  const softTrim = isRecord(config.softTrim) ? config.softTrim : {};
  const hardClear = isRecord(config.hardClear) ? config.hardClear : {};
  const placeholder = typeof hardClear.placeholder === 'string' ? hardClear.placeholder.trim() : '';
  return {
    mode: 'cache-ttl',
    ttlMs: (typeof config.ttl === 'string' ? parseDurationMs(config.ttl, 'm') : undefined) ?? DEFAULT_TTL_MS,
    keepLastAssistants: count(config.keepLastAssistants, 3),
    softTrimRatio: ratio(config.softTrimRatio, 0.3),
    hardClearRatio: ratio(config.hardClearRatio, 0.5),
    minPrunableToolChars: count(config.minPrunableToolChars, 50_000),
    tools: isRecord(config.tools) ? config.tools : {},
    softTrim: {
      maxChars: count(softTrim.maxChars, 4_000),
      headChars: count(softTrim.headChars, 1_500),
      tailChars: count(softTrim.tailChars, 1_500),
    },
    hardClear: {
      enabled: typeof hardClear.enabled === 'boolean' ? hardClear.enabled : true,
      placeholder: placeholder === '' ? '[Old tool result content cleared]' : placeholder,
    },
  };
}

function count(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(0, Math.floor(value)) : fallback;
}

function ratio(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : fallback;
}
