import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionEntry } from '@chela/store';
import type { PlaceWish } from '../announce/channel-place.ts';
import { isRecord } from '../methods/record.ts';

/** What the next start tells about the restart before it (reference protocol/state-layout.md §3, restart-sentinel.json). */
export interface RestartSentinel {
  readonly kind: 'config-patch' | 'config-apply' | 'update' | 'restart';
  readonly status: 'ok' | 'error' | 'skipped';
  /** Milliseconds since the epoch. */
  readonly ts: number;
  readonly sessionKey?: string;
  /** Where the session's last message came from. */
  readonly deliveryContext?: Readonly<Record<string, unknown>>;
  readonly message: string | null;
  readonly doctorHint: string;
  readonly stats: Readonly<Record<string, unknown>> & { readonly mode: string; readonly root: string };
}

/** What the next start says to whom. */
export interface RestartNotice {
  /** The same for the same note. */
  readonly key: string;
  /** What happened, in a sentence for people. */
  readonly headline: string;
  readonly message: string | undefined;
  /** Why it was asked for, when that is not the message already. */
  readonly reason: string | undefined;
  readonly sessionKey: string | undefined;
  /** Where the session's last message came from when the restart was asked for. */
  readonly place: Partial<PlaceWish>;
}

const DOCTOR_HINT = 'Run: openclaw doctor --non-interactive';
const FILE_MODE = 0o600;
const DIR_MODE = 0o700;

/** Who is told what, and what happened. */
export function restartSentinel(input: {
  readonly kind: RestartSentinel['kind'];
  readonly status: RestartSentinel['status'];
  readonly now: number;
  readonly note: string | undefined;
  readonly sessionKey: string | undefined;
  readonly entry: SessionEntry | undefined;
  readonly stats: RestartSentinel['stats'];
}): RestartSentinel {
  const { kind, status, now, note, sessionKey, entry, stats } = input;
  const route = entry?.deliveryContext;
  return {
    kind,
    status,
    ts: now,
    ...(sessionKey !== undefined && { sessionKey }),
    ...(isRecord(route) && { deliveryContext: route }),
    message: note?.trim() || null,
    doctorHint: DOCTOR_HINT,
    stats,
  };
}

const sentinelPath = (stateDir: string): string => join(stateDir, 'restart-sentinel.json');

/** Leaves the note for the next start. Returns where it lies. */
export async function leaveSentinel(stateDir: string, payload: RestartSentinel): Promise<string> {
  const path = sentinelPath(stateDir);
  const temporary = `${path}.${randomUUID()}.tmp`;
  await mkdir(stateDir, { recursive: true, mode: DIR_MODE });
  await writeFile(temporary, `${JSON.stringify({ version: 1, payload }, null, 2)}\n`, { mode: FILE_MODE });
  await rename(temporary, path);
  return path;
}

/** Reads the note of the process before; undefined when there is none. A note that cannot be understood is empty. */
export async function findSentinel(stateDir: string): Promise<RestartNotice | undefined> {
  let raw: string;
  try {
    raw = await readFile(sentinelPath(stateDir), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const payload = payloadOf(raw);
  const stats = isRecord(payload.stats) ? payload.stats : {};
  const [message, reason] = [textOf(payload.message), textOf(stats.reason)];
  return {
    key: `restart:${String(payload.ts)}`,
    headline: headline(textOf(payload.kind) ?? 'restart', textOf(payload.status) ?? 'ok', textOf(stats.mode)),
    message,
    reason: reason === message ? undefined : reason,
    sessionKey: textOf(payload.sessionKey),
    place: placeIn(payload.deliveryContext),
  };
}

function headline(kind: string, status: string, mode: string | undefined): string {
  const how = mode === undefined ? '' : ` (${mode})`;
  if (status === 'ok') return kind === 'update' ? `⚙️ The gateway was updated${how}.` : `⚙️ The gateway restarted${how}.`;
  const what = status === 'skipped' ? 'was left out' : 'failed';
  return `⚠️ The ${kind} of the gateway ${what}${how}. Run: chela doctor --non-interactive`;
}

function placeIn(context: unknown): RestartNotice['place'] {
  if (!isRecord(context)) return {};
  const members = ['channel', 'to', 'accountId', 'threadId'].flatMap((name) => {
    const value = context[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
  });
  return Object.fromEntries(members);
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

export function removeSentinel(stateDir: string): Promise<void> {
  return rm(sentinelPath(stateDir), { force: true });
}

function payloadOf(raw: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(raw);
    return isRecord(parsed) && isRecord(parsed.payload) ? parsed.payload : {};
  } catch {
    return {};
  }
}
