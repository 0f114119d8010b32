import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Env } from '../env.ts';
import { isJsonObject, objectAt } from '../json-object.ts';
import type { StatePaths } from '../service.ts';

/** What a write changed, for the audit line and the log. `null` stands for a file that was missing. */
export interface WriteFacts {
  readonly previousRaw: string | null;
  readonly nextRaw: string;
  readonly previousHash: string;
  readonly nextHash: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly changedPathCount: number;
}

export type WriteResult =
  | { readonly result: 'rename' | 'copy-fallback' }
  | { readonly result: 'failed'; readonly errorCode?: string; readonly errorMessage: string };

const SMALL_FILE_BYTES = 512;
const SHOWN_ARGUMENTS = 8;

/** What looks like an accident: a file that lost half its size, its meta section or its gateway mode. */
export function suspiciousChanges(facts: WriteFacts): string[] {
  const previousBytes = bytesOf(facts.previousRaw) ?? 0;
  const nextBytes = bytesOf(facts.nextRaw) ?? 0;
  const suspicious: string[] = [];
  if (previousBytes >= SMALL_FILE_BYTES && nextBytes < previousBytes / 2) {
    suspicious.push(`size-drop:${previousBytes}->${nextBytes}`);
  }
  if (facts.previousRaw !== null && !hasMeta(facts.before)) suspicious.push('missing-meta-before-write');
  if (modeOf(facts.before) !== null && modeOf(facts.after) === null) suspicious.push('gateway-mode-removed');
  return suspicious;
}

/** Appends the line of one write attempt to `logs/config-audit.jsonl` (reference protocol/state-layout.md §3.2). */
export async function appendAudit(
  paths: StatePaths,
  env: Readonly<Env>,
  nowMs: number,
  facts: WriteFacts,
  outcome: WriteResult,
): Promise<void> {
  const line = {
    ts: new Date(nowMs).toISOString(),
    source: 'config-io',
    event: 'config.write',
    configPath: paths.configPath,
    pid: process.pid,
    ppid: process.ppid,
    cwd: process.cwd(),
    argv: process.argv.slice(0, SHOWN_ARGUMENTS),
    execArgv: process.execArgv.slice(0, SHOWN_ARGUMENTS),
    watchMode: env.OPENCLAW_WATCH_MODE === '1',
    watchSession: env.OPENCLAW_WATCH_SESSION ?? null,
    watchCommand: env.OPENCLAW_WATCH_COMMAND ?? null,
    existsBefore: facts.previousRaw !== null,
    previousHash: facts.previousRaw === null ? null : facts.previousHash,
    nextHash: facts.nextHash,
    previousBytes: bytesOf(facts.previousRaw),
    nextBytes: bytesOf(facts.nextRaw),
    changedPathCount: facts.changedPathCount,
    hasMetaBefore: hasMeta(facts.before),
    hasMetaAfter: hasMeta(facts.after),
    gatewayModeBefore: modeOf(facts.before),
    gatewayModeAfter: modeOf(facts.after),
    suspicious: suspiciousChanges(facts),
    ...outcome,
  };
  const file = join(paths.stateDir, 'logs', 'config-audit.jsonl');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await appendFile(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
}

function bytesOf(raw: string | null): number | null {
  return raw === null ? null : Buffer.byteLength(raw);
}

function hasMeta(config: unknown): boolean {
  return isJsonObject(config) && isJsonObject(config.meta);
}

function modeOf(config: unknown): string | null {
  const mode = objectAt(config, 'gateway')?.mode;
  return typeof mode === 'string' ? mode : null;
}
