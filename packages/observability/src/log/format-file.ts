import { levelId } from './level.ts';
import type { LogRecord } from './record.ts';

/** One line of the log file with its line break, in the original's shape (reference protocol/state-layout.md §3.16). */
export function formatFileLine(record: LogRecord): string {
  const date = new Date(record.timeMs).toISOString();
  const line = {
    0: JSON.stringify({ subsystem: record.subsystem }),
    1: record.message,
    ...(record.fields === undefined ? {} : { 2: record.fields }),
    _meta: {
      runtime: 'node',
      runtimeVersion: process.versions.node,
      hostname: 'unknown',
      name: 'openclaw',
      date,
      logLevelId: levelId(record.level),
      logLevelName: record.level.toUpperCase(),
    },
    time: date,
  };
  return `${JSON.stringify(line)}\n`;
}
