import type { LogLevel } from '../logger.ts';

/** One redacted log entry on its way to the sinks. `timeMs` is wall time since the epoch. */
export interface LogRecord {
  readonly timeMs: number;
  readonly level: LogLevel;
  readonly subsystem: string;
  readonly message: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}
