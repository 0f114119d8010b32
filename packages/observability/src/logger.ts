/** Levels in rising order of severity, as in `logging.level` of the configuration. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Structured facts beside a message. Values are redacted by key and by pattern before they leave the process. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * A logger bound to one subsystem, e.g. `gateway/ws`.
 * Put facts into `fields`, never into the sentence; pass an error as `fields.error`.
 */
export interface Logger {
  readonly subsystem: string;
  log(level: LogLevel, message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger for a part of this subsystem: `gateway` → `gateway/ws`. */
  child(part: string): Logger;
}

/** A logger that drops everything; for tests and for code that runs before logging is set up. */
export function silentLogger(subsystem = 'silent'): Logger {
  const drop = (): void => {};
  return {
    subsystem,
    log: drop,
    debug: drop,
    info: drop,
    warn: drop,
    error: drop,
    child: (part) => silentLogger(`${subsystem}/${part}`),
  };
}
