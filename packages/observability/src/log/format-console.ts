import type { LogLevel } from '../logger.ts';
import type { LogRecord } from './record.ts';

/** `pretty` on a terminal, `compact` into a file or pipe, `json` for collectors (`logging.consoleStyle`). */
export type ConsoleStyle = 'pretty' | 'compact' | 'json';

const COLOUR: Readonly<Record<LogLevel, string>> = {
  trace: '\u001b[90m',
  debug: '\u001b[90m',
  info: '',
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[31m',
};
const DIM = '\u001b[2m';
const CYAN = '\u001b[36m';
const RESET = '\u001b[0m';

/** Facts shown beside a console message; the file has all of them. */
const MAX_FACTS_CHARS = 400;

/** One console line with its line break. Colour only when asked for; control characters of the message are escaped. */
export function formatConsoleLine(record: LogRecord, style: ConsoleStyle, colour: boolean): string {
  const iso = new Date(record.timeMs).toISOString();
  if (style === 'json') {
    const { level, subsystem, message, fields } = record;
    return `${JSON.stringify({ time: iso, level, subsystem, message, ...(fields === undefined ? {} : { fields }) })}\n`;
  }
  const time = style === 'pretty' ? clockTime(record.timeMs) : iso;
  const text = printable(`${record.message}${facts(record.fields)}`);
  if (!colour) return `${time} [${record.subsystem}] ${text}\n`;
  return `${DIM}${time}${RESET} ${CYAN}[${record.subsystem}]${RESET} ${COLOUR[record.level]}${text}${RESET}\n`;
}

function clockTime(timeMs: number): string {
  const date = new Date(timeMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

function facts(fields: LogRecord['fields']): string {
  if (fields === undefined) return '';
  const parts: string[] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    parts.push(`${key}=${factText(value)}`);
  }
  const text = parts.join(' ');
  if (text === '') return '';
  return ` ${text.length > MAX_FACTS_CHARS ? `${text.slice(0, MAX_FACTS_CHARS)}…` : text}`;
}

function factText(value: unknown): string {
  if (typeof value === 'string') return /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value === 'object' && value !== null && 'stack' in value && 'message' in value) {
    return JSON.stringify(value.message);
  }
  return JSON.stringify(value) ?? String(value);
}

/** Terminal escapes in foreign text must not move the reader's cursor; line breaks and tabs of our own texts stay. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => {
    if (char === '\n' || char === '\t') return char;
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
