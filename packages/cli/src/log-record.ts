import { recordAt, textAt } from './json-reader.ts';

/** One log line taken apart; `raw` is the line as it stands in the file. */
export interface LogRecord {
  readonly time?: string;
  readonly level?: string;
  readonly subsystem?: string;
  readonly message: string;
  readonly raw: string;
}

function subsystemOf(bindings: unknown): string | undefined {
  if (typeof bindings !== 'string' || !bindings.startsWith('{')) return undefined;
  try {
    return textAt(JSON.parse(bindings), 'subsystem');
  } catch {
    return undefined;
  }
}

/** Reads a line of the log file (reference protocol/state-layout.md §3.16); undefined when it is no JSON record. */
export function parseLogLine(raw: string): LogRecord | undefined {
  let record: unknown;
  try {
    record = JSON.parse(raw);
  } catch {
    return undefined;
  }
  if (typeof record !== 'object' || record === null) return undefined;
  const meta = recordAt(record, '_meta');
  const parts = Object.entries(record).filter(([key]) => /^\d+$/.test(key));
  const subsystem = subsystemOf(parts[0]?.[1]);
  const words = parts.map(([, value]) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const time = textAt(record, 'time') ?? textAt(meta, 'date');
  const level = textAt(meta, 'logLevelName')?.toLowerCase();
  return {
    message: (subsystem === undefined ? words : words.slice(1)).join(' '),
    raw,
    ...(time !== undefined && { time }),
    ...(level !== undefined && { level }),
    ...(subsystem !== undefined && { subsystem }),
  };
}
