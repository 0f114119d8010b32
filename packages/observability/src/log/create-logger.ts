import { isatty } from 'node:tty';
import { type Clock, systemClock } from '../clock.ts';
import type { LogFields, Logger, LogLevel } from '../logger.ts';
import { createFdSink } from './console-sink.ts';
import { createFileSink } from './file-sink.ts';
import { type ConsoleStyle, formatConsoleLine } from './format-console.ts';
import { formatFileLine } from './format-file.ts';
import { isLogThreshold, type LogThreshold, passes } from './level.ts';
import { createLineWriter, type LineSink, type LineWriter } from './line-writer.ts';
import type { LogRecord } from './record.ts';
import { redactFields } from './redact-fields.ts';
import { compileRedactPatterns } from './redact-pattern.ts';
import { redactText } from './redact-text.ts';

/** The `logging` section of the configuration, as far as this package reads it. */
export interface LogSettings {
  readonly level?: string;
  readonly file?: string;
  readonly consoleLevel?: string;
  readonly consoleStyle?: string;
  readonly redactPatterns?: readonly string[];
}

/** The logger of a process: the root of all loggers and the owner of the file and the console behind them. */
export interface RootLogger extends Logger {
  /** Applies `logging` of a (new) configuration; takes effect with the next line. `file` must be absolute. */
  configure(settings: LogSettings | undefined): void;
  /** The file written last; undefined before the first line is out. */
  readonly file: string | undefined;
  /** Lines that neither sink could take, since the start. */
  readonly dropped: number;
  flush(): Promise<void>;
  /** Writes what is pending at once; for the last moments of a process. */
  flushSync(): void;
  close(): Promise<void>;
}

export interface LoggerOptions {
  readonly subsystem?: string;
  readonly settings?: LogSettings;
  /** `false` writes no file: short-lived commands. Default true. */
  readonly writeFile?: boolean;
  /** Where readable lines go: a descriptor, a sink of a test, or `false` for nowhere. Default 1, standard output. */
  readonly console?: 1 | 2 | false | LineSink;
  /** Default: whether the console descriptor is a terminal. */
  readonly isTerminal?: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** Masks secrets that are known by their value; the last thing before a line is written. */
  readonly redact?: (line: string) => string;
  /** The root for the file of the day; default `/tmp` (reference config/config.md §1). */
  readonly tmpDir?: string;
  readonly maxFileBytes?: number;
}

/** A message is cut beyond this; documents belong into files, not into logs. */
const MAX_MESSAGE_CHARS = 16_384;

/**
 * Logging for a process: JSON lines in the original's file and format, and a readable console. Nothing is opened before
 * the first line; a call costs a redacted copy and two string formats, all disk work happens off the loop.
 */
export function createLogger(options: LoggerOptions = {}): RootLogger {
  const clock = options.clock ?? systemClock;
  const env = options.env ?? process.env;
  const mask = options.redact ?? ((line: string): string => line);
  const terminal = options.isTerminal ?? (typeof options.console !== 'object' && isatty(options.console || 1));
  const colour = terminal && !env.NO_COLOR;

  let fileLevel: LogThreshold = 'info';
  let consoleLevel: LogThreshold = 'info';
  let style: ConsoleStyle = terminal ? 'pretty' : 'compact';
  let configuredFile: string | undefined;
  let patterns: readonly RegExp[] = [];

  const fileSink = createFileSink({
    clock,
    configuredFile: () => configuredFile,
    ...(options.tmpDir === undefined ? {} : { tmpDir: options.tmpDir }),
    ...(options.maxFileBytes === undefined ? {} : { maxFileBytes: options.maxFileBytes }),
  });
  const fileWriter =
    options.writeFile === false
      ? undefined
      : createLineWriter({
          sink: fileSink,
          clock,
          onState: (problem, dropped) => {
            if (problem === undefined) return say('warn', `log file is writable again (${dropped} lines lost)`);
            say('error', `cannot write the log file, lines wait in memory: ${problem.message}`);
          },
        });
  const consoleWriter = openConsole(options.console ?? 1, clock);

  /** About the log itself: to the console only, so that a broken file cannot feed on its own complaints. */
  const say = (level: LogLevel, message: string): void => {
    consoleWriter?.write(
      formatConsoleLine({ timeMs: clock.now(), level, subsystem: 'logging', message }, style, colour),
    );
  };

  const emit = (subsystem: string, level: LogLevel, message: string, fields: LogFields | undefined): void => {
    const toFile = fileWriter !== undefined && passes(level, fileLevel);
    const toConsole = consoleWriter !== undefined && passes(level, consoleLevel);
    if (!toFile && !toConsole) return;
    const record: LogRecord = {
      timeMs: clock.now(),
      level,
      subsystem,
      message: redactText(message.slice(0, MAX_MESSAGE_CHARS), patterns),
      ...(fields === undefined ? {} : { fields: redactFields(fields, patterns) }),
    };
    if (toFile) fileWriter.write(mask(formatFileLine(record)));
    if (toConsole) consoleWriter.write(mask(formatConsoleLine(record, style, colour)));
  };

  const bind = (subsystem: string): Logger => ({
    subsystem,
    log: (level, message, fields) => emit(subsystem, level, message, fields),
    debug: (message, fields) => emit(subsystem, 'debug', message, fields),
    info: (message, fields) => emit(subsystem, 'info', message, fields),
    warn: (message, fields) => emit(subsystem, 'warn', message, fields),
    error: (message, fields) => emit(subsystem, 'error', message, fields),
    child: (part) => bind(`${subsystem}/${part}`),
  });

  const root: RootLogger = {
    ...bind(options.subsystem ?? 'gateway'),
    configure(settings) {
      fileLevel = threshold(settings?.level, 'info');
      consoleLevel = threshold(settings?.consoleLevel, fileLevel === 'silent' ? 'silent' : 'info');
      style = consoleStyle(settings?.consoleStyle, terminal);
      configuredFile = settings?.file;
      const compiled = compileRedactPatterns(settings?.redactPatterns ?? []);
      patterns = compiled.patterns;
      for (const source of compiled.rejected) {
        say('warn', `logging.redactPatterns: ${JSON.stringify(source)} is not a regular expression and is ignored`);
      }
    },
    get file() {
      return fileSink.path;
    },
    get dropped() {
      return (fileWriter?.dropped ?? 0) + (consoleWriter?.dropped ?? 0);
    },
    async flush() {
      await Promise.all([fileWriter?.flush(), consoleWriter?.flush()]);
    },
    flushSync,
    async close() {
      process.off('exit', flushSync);
      await fileWriter?.close();
      await consoleWriter?.close();
    },
  };
  if (options.settings !== undefined) root.configure(options.settings);
  process.on('exit', flushSync);
  return root;

  function flushSync(): void {
    fileWriter?.flushSync();
    consoleWriter?.flushSync();
  }
}

function openConsole(target: 1 | 2 | false | LineSink, clock: Clock): LineWriter | undefined {
  if (target === false) return undefined;
  return createLineWriter({ sink: typeof target === 'number' ? createFdSink(target) : target, clock });
}

function threshold(value: string | undefined, fallback: LogThreshold): LogThreshold {
  return isLogThreshold(value) ? value : fallback;
}

function consoleStyle(value: string | undefined, terminal: boolean): ConsoleStyle {
  if (value === 'json' || value === 'compact') return value;
  return terminal ? 'pretty' : 'compact';
}
