import { setTimeout as delay } from 'node:timers/promises';
import { type CliContext, CliFailure } from '../context.ts';
import { GatewayCallError, type GatewaySession, openGateway } from '../gateway-call.ts';
import { type GatewayTarget, resolveTarget, type TargetFlags, targetLines } from '../gateway-target.ts';
import { arrayAt, flagAt, numberAt, textAt } from '../json-reader.ts';
import { loadConfig } from '../loaded-config.ts';
import { type LogRecord, parseLogLine } from '../log-record.ts';
import { numberFlag } from '../number-flag.ts';
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

const DEFAULT_LIMIT = 200;
const DEFAULT_MAX_BYTES = 250_000;
const DEFAULT_INTERVAL_MS = 1_000;
const DEFAULT_TIMEOUT_MS = 30_000;

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

/** Where a reader of the log stands. */
interface Place {
  readonly file: string;
  /** Byte offset to go on from. */
  readonly cursor: number | undefined;
}

interface Tailing {
  readonly context: CliContext;
  readonly target: GatewayTarget;
  readonly flags: LogsFlags;
  readonly paint: Paint;
}

/** `logs`: the tail of the gateway's log file, over the gateway; `--follow` keeps asking until interrupted. */
export async function logs(context: CliContext, flags: LogsFlags): Promise<void> {
  const target = resolveTarget(context, await loadConfig(context), flags);
  const tailing = { context, target, flags, paint: createPaint(context.output.color && !flags.plain) };
  let session: GatewaySession | undefined;
  try {
    session = await open(tailing);
    let place = await printTail(tailing, session, undefined);
    while (flags.follow) {
      await delay(numberFlag(flags.interval, DEFAULT_INTERVAL_MS));
      const next = await followOn(tailing, session, place);
      ({ session, place } = next);
    }
  } catch (error) {
    if (!(error instanceof GatewayCallError)) throw error;
    throw notReachable(tailing, error);
  } finally {
    await session?.close();
  }
}

function open({ context, target, flags }: Tailing): Promise<GatewaySession> {
  return openGateway(context, target, { timeoutMs: numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS) });
}

/** One look while following. A connection that was lost is opened again, however long that takes. */
async function followOn(
  tailing: Tailing,
  session: GatewaySession,
  place: Place,
): Promise<{ readonly session: GatewaySession; readonly place: Place }> {
  try {
    return { session, place: await printTail(tailing, session, place) };
  } catch (error) {
    if (!(error instanceof GatewayCallError) || error.kind === 'refused') throw error;
    notice(tailing, `Lost the gateway (${error.message}); waiting for it.`);
  }
  await session.close();
  const again = await reopen(tailing);
  notice(tailing, 'The gateway is back.');
  return { session: again, place };
}

async function reopen(tailing: Tailing): Promise<GatewaySession> {
  for (;;) {
    try {
      return await open(tailing);
    } catch (error) {
      // A closed door with a reason (wrong token, pairing) stays closed; only silence is waited out.
      if (!(error instanceof GatewayCallError) || (error.close !== undefined && error.close.code !== ABNORMAL_CLOSURE))
        throw error;
    }
    await delay(numberFlag(tailing.flags.interval, DEFAULT_INTERVAL_MS));
  }
}

const ABNORMAL_CLOSURE = 1006;

async function tail(session: GatewaySession, flags: LogsFlags, cursor: number | undefined): Promise<unknown> {
  return session.request('logs.tail', {
    limit: numberFlag(flags.limit, DEFAULT_LIMIT),
    maxBytes: numberFlag(flags.maxBytes, DEFAULT_MAX_BYTES),
    ...(cursor !== undefined && { cursor }),
  });
}

/** Asks for what is new and prints it. The cursor belongs to a file: in another file it would point anywhere. */
async function printTail(tailing: Tailing, session: GatewaySession, place: Place | undefined): Promise<Place> {
  const page = await tail(session, tailing.flags, place?.cursor);
  const file = textAt(page, 'file') ?? '?';
  const isNewFile = place !== undefined && place.file !== file;
  const shown = isNewFile ? await tail(session, tailing.flags, 0) : page;
  if (place === undefined || isNewFile) printHead(tailing, shown, file);
  printLines(tailing, shown);
  if (flagAt(shown, 'truncated')) notice(tailing, 'Log tail truncated (increase --max-bytes).');
  if (place !== undefined && !isNewFile && flagAt(shown, 'reset')) {
    notice(tailing, 'The log file was shortened or replaced; the tail starts anew.');
  }
  return { file, cursor: numberAt(shown, 'cursor') };
}

function printHead({ context, flags }: Tailing, page: unknown, file: string): void {
  if (!flags.json) return context.output.line(`Log file: ${file}`);
  const meta = { type: 'meta', file, cursor: numberAt(page, 'cursor'), size: numberAt(page, 'size') };
  context.output.line(JSON.stringify(meta));
}

function printLines({ context, flags, paint }: Tailing, page: unknown): void {
  for (const line of arrayAt(page, 'lines')) {
    if (typeof line !== 'string') continue;
    const record = parseLogLine(line);
    if (!flags.json) context.output.line(record ? printable(record, flags, paint) : line);
    else context.output.line(JSON.stringify(record ? jsonRecord(record) : { type: 'raw', raw: line }));
  }
}

/** Members in the order scripts know. */
function jsonRecord({ time, level, subsystem, message, raw }: LogRecord): object {
  return { type: 'log', time, level, subsystem, message, raw };
}

function notice({ context, flags }: Tailing, message: string): void {
  if (flags.json) context.output.line(JSON.stringify({ type: 'notice', message }));
  else context.output.errorLine(message);
}

/** With `--json` the failure is a line of JSON on stderr (reference cli/cli.md §2). */
function notReachable({ target, flags }: Tailing, error: GatewayCallError): CliFailure {
  const message =
    error.kind === 'refused'
      ? `The gateway refused: ${error.message}`
      : 'Gateway not reachable. Is it running and accessible?';
  const hint = 'Hint: run `chela gateway status`.';
  const where = targetLines(target);
  if (!flags.json) return new CliFailure([message, ...where, hint]);
  const details = {
    url: target.url,
    urlSource: target.source,
    ...(target.bind && { bindDetail: `Bind: ${target.bind}` }),
    message: where.join('\n'),
  };
  const line = { type: 'error', message, error: [error.message, ...where].join('\n'), details, hint };
  return new CliFailure([JSON.stringify(line)]);
}
