import { setTimeout as delay } from 'node:timers/promises';
import { type CliContext, CliFailure } from '../context.ts';
import { callGateway, GatewayCallError } from '../gateway-call.ts';
import { type GatewayTarget, resolveTarget, type TargetFlags, targetLines } from '../gateway-target.ts';
import { arrayAt, flagAt, numberAt, recordAt, textAt } from '../json-reader.ts';
import { loadConfig } from '../loaded-config.ts';
import { createPaint, type Paint } from '../paint.ts';

export interface LogsFlags extends TargetFlags {
  readonly limit: string;
  readonly maxBytes: string;
  readonly follow?: boolean;
  readonly interval: string;
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly localTime?: boolean;
  readonly timeout: string;
}

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

function localTime(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : at.toLocaleString();
}

function levelStyle(level: string | undefined): Parameters<Paint>[0] {
  if (level === 'error' || level === 'fatal') return 'red';
  return level === 'warn' ? 'yellow' : 'cyan';
}

function printable(record: LogRecord, flags: LogsFlags, paint: Paint): string {
  const time = record.time && flags.localTime ? localTime(record.time) : record.time;
  return [
    time && paint('dim', time),
    record.level && paint(levelStyle(record.level), record.level),
    record.subsystem,
    record.message,
  ]
    .filter(Boolean)
    .join(' ');
}

/** `logs`: the tail of the gateway's log file, over the gateway; `--follow` keeps asking until interrupted. */
export async function logs(context: CliContext, flags: LogsFlags): Promise<void> {
  const { output } = context;
  const target = resolveTarget(context, await loadConfig(context), flags);
  const paint = createPaint(output.color && !flags.plain);
  let cursor: number | undefined;
  do {
    const page = await tail(context, target, flags, cursor);
    printPage(context, page, flags, paint, cursor === undefined);
    cursor = numberAt(page, 'cursor');
    if (flags.follow) await delay(Number(flags.interval));
  } while (flags.follow);
}

async function tail(
  context: CliContext,
  target: GatewayTarget,
  flags: LogsFlags,
  cursor: number | undefined,
): Promise<unknown> {
  const params = {
    limit: Number(flags.limit),
    maxBytes: Number(flags.maxBytes),
    ...(cursor !== undefined && { cursor }),
  };
  try {
    return await callGateway(context, target, 'logs.tail', params, { timeoutMs: Number(flags.timeout) });
  } catch (error) {
    if (!(error instanceof GatewayCallError)) throw error;
    const message = 'Gateway not reachable. Is it running and accessible?';
    const hint = 'Hint: run `chela gateway status`.';
    if (flags.json) {
      const details = { message: error.message, target: targetLines(target) };
      throw new CliFailure([
        JSON.stringify({
          type: 'error',
          message,
          error: [error.message, ...targetLines(target)].join('\n'),
          details,
          hint,
        }),
      ]);
    }
    throw new CliFailure([message, ...targetLines(target), hint]);
  }
}

function printPage(context: CliContext, page: unknown, flags: LogsFlags, paint: Paint, first: boolean): void {
  const { output } = context;
  const file = textAt(page, 'file') ?? '?';
  if (first && flags.json)
    output.line(JSON.stringify({ type: 'meta', file, cursor: numberAt(page, 'cursor'), size: numberAt(page, 'size') }));
  else if (first) output.line(`Log file: ${file}`);
  for (const line of arrayAt(page, 'lines')) {
    if (typeof line !== 'string') continue;
    const record = parseLogLine(line);
    if (!flags.json) output.line(record ? printable(record, flags, paint) : line);
    else output.line(JSON.stringify(record ? { type: 'log', ...record } : { type: 'raw', raw: line }));
  }
  const notices = [
    ...(flagAt(page, 'truncated') ? ['Log tail truncated (increase --max-bytes).'] : []),
    ...(!first && flagAt(page, 'reset') ? ['Log file rotated; the tail starts anew.'] : []),
  ];
  for (const message of notices) {
    if (flags.json) output.line(JSON.stringify({ type: 'notice', message }));
    else output.errorLine(message);
  }
}
