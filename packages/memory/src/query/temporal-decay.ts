import { isMemoryPath } from '../text/memory-path.ts';
import type { Found } from './merge-hybrid.ts';

const DAY_MS = 24 * 60 * 60_000;
const DATED = /(?:^|\/)(\d{4}-\d{2}-\d{2})[^/]*\.md$/;

/** When a file speaks of: the date in its name, else its time of change; undefined for memories that do not age. */
function ageStart(path: string, mtimeMs: number | undefined): number | undefined {
  const named = isMemoryPath(path) ? DATED.exec(path)?.[1] : undefined;
  if (named !== undefined) {
    const at = Date.parse(`${named}T00:00:00Z`);
    return Number.isNaN(at) ? undefined : at;
  }
  return isMemoryPath(path) ? undefined : mtimeMs;
}

/**
 * Results with scores that halve every `halfLifeDays`. Daily notes age by the date in their name; MEMORY.md and undated
 * notes under memory/ do not age (reference agent/automation.md §5.3).
 */
export function decay(
  results: readonly Found[],
  {
    halfLifeDays,
    nowMs,
    mtimeOf,
  }: { halfLifeDays: number; nowMs: number; mtimeOf: (path: string) => number | undefined },
): readonly Found[] {
  return results
    .map((found) => {
      const start = ageStart(found.path, mtimeOf(found.path));
      if (start === undefined) return found;
      const days = Math.max(0, nowMs - start) / DAY_MS;
      return { ...found, score: found.score * 0.5 ** (days / halfLifeDays) };
    })
    .toSorted((a, b) => b.score - a.score);
}
