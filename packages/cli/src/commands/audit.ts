import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AuditMark, AuditReport } from '@chela/store';
import { type CliContext, CliFailure } from '../context.ts';
import { arrayAt, numberAt, recordAt, textAt } from '../json-reader.ts';
import { type LoadedConfig, loadConfig } from '../loaded-config.ts';
import { withOfflineStore } from '../offline-store.ts';
import { askGateway, hasGateway } from '../security/ask-gateway.ts';

const PAGE = 500;
const PRIVATE_FILE = 0o600;

export interface AuditVerifyFlags {
  readonly file?: string;
  readonly anchors?: string;
  readonly json?: boolean;
}

/** `audit verify`: checks the chain and names what is not as it was written (reference defender/defender.md §B.7). */
export async function auditVerify(context: CliContext, flags: AuditVerifyFlags): Promise<void> {
  const report = await reportOf(context, flags);
  const isSound = report.problems.length === 0;
  if (flags.json) context.output.json({ ok: isSound, ...report });
  else for (const line of reportLines(report)) context.output.line(line);
  if (!isSound) throw new CliFailure(flags.json ? [] : ['The audit log is not as it was written.']);
}

/** A terminal shows how far it is. */
async function reportOf(context: CliContext, flags: AuditVerifyFlags): Promise<AuditReport> {
  const progress = (entries: number, total: number): void =>
    context.output.transient(`${entries} of ${total} entries checked`);
  const done = (): void => context.output.transient('');
  if (flags.file !== undefined) {
    const { readAuditAnchors, verifyAuditFile } = await import('@chela/store');
    const anchors = flags.anchors === undefined ? [] : await readAuditAnchors(flags.anchors);
    return verifyAuditFile(flags.file, anchors, progress).finally(done);
  }
  const loaded = await loadConfig(context);
  if (await hasGateway(context, loaded))
    return readReport(await askGateway(context, loaded, 'security.audit.verify', {}));
  const found = await withOfflineStore(loaded, async (store) => {
    const { verifyAuditLog } = await import('@chela/store');
    return verifyAuditLog(store.audit, await ownAnchors(loaded), progress).finally(done);
  });
  return found ?? { entries: 0, problems: [] };
}

async function ownAnchors({ paths }: LoadedConfig): Promise<readonly AuditMark[]> {
  const { readAuditAnchors } = await import('@chela/store');
  return readAuditAnchors(join(paths.stateDir, 'chela', 'audit-anchors.jsonl'));
}

function readReport(answer: unknown): AuditReport {
  const kinds = ['edited', 'removed', 'reordered', 'truncated'] as const;
  const problems = arrayAt(answer, 'problems').map((problem) => ({
    seq: numberAt(problem, 'seq') ?? 0,
    kind: kinds.find((kind) => kind === textAt(problem, 'kind')) ?? 'edited',
    message: textAt(problem, 'message') ?? 'not as it was written',
  }));
  return { entries: numberAt(answer, 'entries') ?? 0, problems };
}

function reportLines({ entries, problems }: AuditReport): string[] {
  if (problems.length === 0) return [`${entries} entries, all as they were written.`];
  return [`${entries} entries.`, ...problems.map(({ kind, message }) => `  ${kind}: ${message}`)];
}

/** `audit export`: every entry, oldest first; the first line says from where to where the log reaches. */
export async function auditExport(context: CliContext, flags: { readonly out?: string }): Promise<void> {
  const loaded = await loadConfig(context);
  if (await hasGateway(context, loaded)) return write(context, flags.out, gatewayLines(context, loaded));
  await withOfflineStore(loaded, async (store) => {
    const { exportAudit } = await import('@chela/store');
    await write(context, flags.out, exportAudit(store.audit));
  });
}

async function* gatewayLines(context: CliContext, loaded: LoadedConfig): AsyncGenerator<string> {
  const first = await askGateway(context, loaded, 'security.audit.page', { limit: PAGE });
  const extent = recordAt(first, 'extent');
  if (extent.head === undefined) return;
  const end = numberAt(extent.head, 'seq') ?? 0;
  yield `${JSON.stringify({ extent })}\n`;
  for (let page = first, last = 0; last < end; ) {
    const entries = arrayAt(page, 'entries').filter((entry) => (numberAt(entry, 'seq') ?? 0) <= end);
    if (entries.length === 0) return;
    yield entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    last = numberAt(entries.at(-1), 'seq') ?? end;
    page = await askGateway(context, loaded, 'security.audit.page', { after: last, limit: PAGE });
  }
}

async function write(context: CliContext, out: string | undefined, lines: AsyncIterable<string>): Promise<void> {
  if (out === undefined) {
    for await (const text of lines) context.output.line(text.trimEnd());
    return;
  }
  await pipeline(Readable.from(lines), createWriteStream(out, { mode: PRIVATE_FILE }));
  context.output.line(`Written to ${out}. Check it anywhere with: chela audit verify --file ${out}`);
}
