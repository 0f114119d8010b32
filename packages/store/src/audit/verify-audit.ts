import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import type { AuditEntry, AuditExtent, AuditLog, AuditMark, AuditProgress, AuditReport } from '../audit.ts';
import { isRecord } from '../database/columns.ts';
import { verifyChain } from './chain.ts';

const PAGE = 5_000;

/** All entries of a log, oldest first; other work gets its turn between the pages. */
export async function* auditPages(log: Pick<AuditLog, 'page' | 'extent'>): AsyncGenerator<readonly AuditEntry[]> {
  let after = log.extent()?.base.seq ?? 0;
  while (true) {
    const page = log.page(after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.seq;
    await setImmediate();
  }
}

/** Verifies the log of an open store. */
export function verifyAuditLog(
  log: AuditLog,
  anchors: readonly AuditMark[],
  onProgress?: AuditProgress,
): Promise<AuditReport> {
  return verifyChain(auditPages(log), log.extent(), anchors, onProgress);
}

/** A file that is no export of an audit log. */
export class AuditFileError extends Error {
  override readonly name = 'AuditFileError';
}

/** The lines of an export: the extent first, then every entry. */
export async function* exportAudit(log: AuditLog): AsyncGenerator<string> {
  const extent = log.extent();
  if (extent === undefined) return;
  yield `${JSON.stringify({ extent })}\n`;
  for await (const page of auditPages(log)) yield page.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

/** Verifies an export without a gateway or a database. Throws AuditFileError. */
export async function verifyAuditFile(
  path: string,
  anchors: readonly AuditMark[],
  onProgress?: AuditProgress,
): Promise<AuditReport> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })[
    Symbol.asyncIterator
  ]();
  const first = await lines.next();
  if (first.done) return { entries: 0, problems: [] };
  const extent = readExtent(first.value);
  return verifyChain(filePages(lines, path), extent, anchors, onProgress);
}

async function* filePages(lines: AsyncIterator<string>, path: string): AsyncGenerator<readonly AuditEntry[]> {
  let page: AuditEntry[] = [];
  for (let line = await lines.next(), number = 2; !line.done; line = await lines.next(), number += 1) {
    if (line.value === '') continue;
    page.push(readEntry(line.value, `${path}:${number}`));
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  yield page;
}

function readEntry(line: string, place: string): AuditEntry {
  const value = parse(line);
  if (!isRecord(value)) throw new AuditFileError(`${place}: no JSON object`);
  const { seq, at, body, hash } = value;
  if (typeof seq !== 'number' || typeof at !== 'number' || typeof body !== 'string' || typeof hash !== 'string') {
    throw new AuditFileError(`${place}: no entry of an audit log (seq, at, body, hash)`);
  }
  return { seq, at, body, hash };
}

function readExtent(line: string): AuditExtent {
  const value = parse(line);
  const extent = isRecord(value) ? value.extent : undefined;
  const base = isRecord(extent) ? readMark(extent.base) : undefined;
  const head = isRecord(extent) ? readMark(extent.head) : undefined;
  if (base === undefined || head === undefined) throw new AuditFileError('the first line names no extent of a log');
  return { base, head };
}

function readMark(value: unknown): AuditMark | undefined {
  if (!isRecord(value) || typeof value.seq !== 'number' || typeof value.hash !== 'string') return undefined;
  return { seq: value.seq, hash: value.hash };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
