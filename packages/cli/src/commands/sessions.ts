import { readFile } from 'node:fs/promises';
import { defaultAgentId } from '@chela/config';
import { type CliContext, CliFailure } from '../context.ts';
import { formatAge, formatTokens } from '../format.ts';
import { callGateway, GatewayCallError } from '../gateway-call.ts';
import { loopbackTarget } from '../gateway-target.ts';
import { arrayAt, flagAt, numberAt, textAt } from '../json-reader.ts';
import { type LoadedConfig, loadConfig, requireValid } from '../loaded-config.ts';
import { isStoreLocked, storedSessions } from '../offline-store.ts';
import { sessionStorePath } from '../session-store-path.ts';

export interface SessionsFlags {
  readonly json?: boolean;
  readonly store?: string;
  readonly active?: string;
}

const CALL_TIMEOUT_MS = 10_000;
const MINUTE_MS = 60_000;
/** Members of a session that `sessions --json` shows, besides key, kind and times, in its order (reference cli/cli.md §5). */
const SHOWN = [
  'sessionId',
  'systemSent',
  'abortedLastRun',
  'thinkingLevel',
  'verboseLevel',
  'reasoningLevel',
  'elevatedLevel',
  'responseUsage',
  'groupActivation',
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'totalTokensFresh',
  'model',
  'contextTokens',
] as const;

interface SessionLine {
  readonly key: string;
  readonly kind: string;
  readonly updatedAt: number | null;
  readonly ageMs: number | null;
  readonly [member: string]: unknown;
}

function kindOf(key: string, entry: unknown): string {
  if (key === 'global' || key === 'unknown') return key;
  if (textAt(entry, 'chatType') === 'group' || textAt(entry, 'chatType') === 'channel') return 'group';
  return /:(group|channel):/.test(key) ? 'group' : 'direct';
}

function toLine(key: string, entry: unknown, now: number): SessionLine {
  const updatedAt = numberAt(entry, 'updatedAt') ?? null;
  const members = new Map(Object.entries(typeof entry === 'object' && entry !== null ? entry : {}));
  const shown = SHOWN.flatMap((name) => {
    const value: unknown = members.get(name);
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
  return {
    key,
    kind: kindOf(key, entry),
    updatedAt,
    ageMs: updatedAt === null ? null : now - updatedAt,
    ...Object.fromEntries(shown),
  };
}

function activeMinutes(flags: SessionsFlags): number | undefined {
  if (flags.active === undefined) return undefined;
  const minutes = Number(flags.active);
  if (!Number.isInteger(minutes) || minutes <= 0)
    throw new CliFailure(['--active must be a positive integer (minutes)']);
  return minutes;
}

/** Entries of a `sessions.json` somebody points at. */
async function fromFile(path: string): Promise<[string, unknown][]> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Object.entries(typeof parsed === 'object' && parsed !== null ? parsed : {});
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new CliFailure([`Error: cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/** The running gateway knows best; without one, the database is opened. */
async function fromGatewayOrStore(
  context: CliContext,
  loaded: LoadedConfig,
  active: number | undefined,
): Promise<readonly (readonly [string, unknown])[]> {
  try {
    const params = {
      includeGlobal: true,
      includeUnknown: true,
      ...(active !== undefined && { activeMinutes: active }),
    };
    const answer = await callGateway(context, loopbackTarget(context, loaded), 'sessions.list', params, {
      timeoutMs: CALL_TIMEOUT_MS,
    });
    return arrayAt(answer, 'sessions').map((row) => [textAt(row, 'key') ?? '?', row]);
  } catch (error) {
    if (!(error instanceof GatewayCallError)) throw error;
    return await storedSessions(loaded).catch((cause: unknown) => {
      // The gateway is there and keeps the database: why it did not answer is what to mend.
      throw isStoreLocked(cause) ? error : cause;
    });
  }
}

function tokensCell(line: SessionLine): string {
  const total = numberAt(line, 'totalTokens');
  const context = numberAt(line, 'contextTokens');
  if (total === undefined) return '-';
  if (context === undefined || context === 0) return formatTokens(total);
  return `${formatTokens(total)}/${formatTokens(context)} (${Math.round((total / context) * 100)}%)`;
}

function flagsCell(line: SessionLine): string {
  return [
    ...(flagAt(line, 'systemSent') ? ['system'] : []),
    ...(flagAt(line, 'abortedLastRun') ? ['aborted'] : []),
    ...['thinkingLevel', 'verboseLevel', 'reasoningLevel'].flatMap((name) =>
      textAt(line, name) ? [`${name.replace('Level', '')}:${textAt(line, name)}`] : [],
    ),
    `id:${textAt(line, 'sessionId') ?? '?'}`,
  ].join(' ');
}

/** `sessions`: what is stored, newest first. */
export async function sessions(context: CliContext, flags: SessionsFlags): Promise<void> {
  const active = activeMinutes(flags);
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const path = flags.store ?? sessionStorePath(loaded, defaultAgentId(loaded.current));
  const entries = flags.store ? await fromFile(flags.store) : await fromGatewayOrStore(context, loaded, active);
  const now = context.now();
  const oldest = active === undefined ? 0 : now - active * MINUTE_MS;
  const lines = entries
    .map(([key, entry]) => toLine(key, entry, now))
    .filter((line) => (line.updatedAt ?? 0) >= oldest)
    .sort((a, b) => (b.updatedAt ?? 0) - (a.updatedAt ?? 0));
  if (flags.json)
    return context.output.json({ path, count: lines.length, activeMinutes: active ?? null, sessions: lines });
  context.output.line(`Session store: ${path}`);
  context.output.line(`Sessions listed: ${lines.length}`);
  if (active !== undefined) context.output.line(`Filtered to last ${active} minute(s)`);
  if (lines.length === 0)
    return context.output.line(
      'No sessions yet. Write a message on the page or with: chela agent --agent main --message "hello"',
    );
  const row = (kind: string, key: string, age: string, model: string, tokens: string, rest: string): string =>
    `${kind.padEnd(6)} ${key.padEnd(26)} ${age.padEnd(9)} ${model.padEnd(14)} ${tokens.padEnd(20)} ${rest}`.trimEnd();
  context.output.line(row('Kind', 'Key', 'Age', 'Model', 'Tokens (ctx %)', 'Flags'));
  for (const line of lines) {
    const age = line.ageMs === null ? '-' : formatAge(line.ageMs);
    context.output.line(row(line.kind, line.key, age, textAt(line, 'model') ?? '-', tokensCell(line), flagsCell(line)));
  }
}
