import type { LogLevel } from '../logger.ts';

/** What a sink lets through: a level and everything above it, or nothing (`silent`), as in `logging.level`. */
export type LogThreshold = LogLevel | 'silent';

const RANK: Readonly<Record<LogThreshold, number>> = {
  trace: 1,
  debug: 2,
  info: 3,
  warn: 4,
  error: 5,
  fatal: 6,
  silent: 7,
};

/** The number a level has in the log file (`_meta.logLevelId`, reference protocol/state-layout.md §3.16). */
export function levelId(level: LogLevel): number {
  return RANK[level];
}

export function passes(level: LogLevel, threshold: LogThreshold): boolean {
  return RANK[level] >= RANK[threshold];
}

export function isLogThreshold(value: unknown): value is LogThreshold {
  return typeof value === 'string' && Object.hasOwn(RANK, value);
}
