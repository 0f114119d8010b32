import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  type Config,
  type ConfigEdit,
  createConfigEditor,
  createRestorePoints,
  editConfigText,
  resolveStatePaths,
  type StatePaths,
  withoutOwnSections,
} from '@chela/config';
import { silentLogger } from '@chela/observability';
import type { Progress, Store } from '@chela/store';
import { type CliContext, CliFailure } from '../context.ts';
import { perform } from './file-actions.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { databaseCopier, withState } from './open-state.ts';
import type { ReportItem, Skipped } from './report.ts';
import { listStateFiles, placeInside } from './state-files.ts';
import { withStateLocked } from './state-lock.ts';

export interface ExportReport {
  readonly ok: true;
  readonly from: string;
  readonly to: string;
  readonly items: readonly ReportItem[];
  readonly skipped: readonly Skipped[];
  readonly warnings: readonly string[];
  /** For an export into the state directory itself. */
  readonly restorePoint?: string;
}

export interface ExportOptions {
  /** Where to; absent: the state directory itself. */
  readonly to?: string;
  readonly progress: Progress;
}

/** Tells a directory that an export made from one that somebody lives in. */
const MARKER = '.chela-export.json';
/** The database writes these itself. */
const SESSION_FILE = /^agents\/[^/]+\/sessions\/(?:sessions\.json|[^/]+\.jsonl)$/;

/**
 * Writes everything back as the original keeps it, so that it starts on it again: into the state directory itself, or as
 * a whole state directory elsewhere. Throws CliFailure while a gateway runs, or for a directory that holds something else.
 */
export async function exportState(context: CliContext, options: ExportOptions): Promise<ExportReport> {
  const paths = resolveStatePaths(context.env);
  const { live, snapshot } = await editorFor(context, paths).read();
  if (!snapshot.valid) {
    throw new CliFailure([
      'The configuration is not valid, so the original would not start on it.',
      'See: chela doctor',
    ]);
  }
  const to = options.to === undefined ? paths.stateDir : resolve(options.to);
  return withStateLocked(context, paths, 'Writing state back', () =>
    to === paths.stateDir
      ? exportInPlace(context, paths, live)
      : exportElsewhere(paths, { config: live, raw: snapshot.raw ?? '{}' }, to, options.progress),
  );
}

async function exportInPlace(context: CliContext, paths: StatePaths, config: Config): Promise<ExportReport> {
  const { surveySessions } = await import('@chela/store');
  const before = await surveySessions(paths.stateDir, config.session?.store);
  const point = await createRestorePoints({ stateDir: paths.stateDir, now: context.now }).create({
    reason: 'export',
    files: [paths.configPath, ...before.map(({ file }) => file)],
    database: databaseCopier(paths, config),
  });
  const queue = await withState(paths, config, { mirror: true }, async (store) => {
    await store.passes.importAll();
    await store.mirrored();
    return undelivered(store, paths.stateDir, true);
  });
  const edits = editsForOriginal(config, { keepStore: true });
  if (edits.length > 0) await editorFor(context, paths).edit(edits);
  const survey = await surveySessions(paths.stateDir, config.session?.store);
  return {
    ok: true,
    from: paths.stateDir,
    to: paths.stateDir,
    items: [
      { kind: 'configuration', found: 1, ...modeNote(config) },
      { kind: 'sessions', found: sum(survey.map(({ sessions }) => sessions)) },
      { kind: 'transcripts', found: sum(survey.map(({ transcripts }) => transcripts)) },
      ...queue.items,
      ...inventoryItems(await takeInventory(paths.stateDir)),
    ],
    skipped: [],
    warnings: [...warningsFor(config), ...queue.warnings],
    restorePoint: point.id,
  };
}

async function exportElsewhere(
  paths: StatePaths,
  { config, raw }: { readonly config: Config; readonly raw: string },
  to: string,
  progress: Progress,
): Promise<ExportReport> {
  await requireOwnFolder(to);
  await mkdir(to, { recursive: true, mode: 0o700 });
  await writeFile(join(to, MARKER), `${JSON.stringify({ version: 1, from: paths.stateDir })}\n`, { mode: 0o600 });
  const inside = await placeInside(paths.stateDir, to);
  const { files, skipped } = await listStateFiles(
    paths.stateDir,
    (name) => name === 'chela' || name === inside || SESSION_FILE.test(name) || isConfigBackup(name, paths),
  );
  for (const { name, path } of files) await perform({ kind: 'copy', from: path, to: join(to, name) });
  const text = await editConfigText(raw, editsForOriginal(config, { keepStore: false }));
  await perform({ kind: 'write', text, to: join(to, 'openclaw.json') });
  const { written, queue } = await withState(paths, config, { mirror: false }, async (store) => ({
    written: await store.passes.exportAll(to, progress),
    queue: await undelivered(store, to, false),
  }));
  return {
    ok: true,
    from: paths.stateDir,
    to,
    items: [
      { kind: 'configuration', found: 1, ...modeNote(config) },
      { kind: 'sessions', found: written.sessions },
      { kind: 'transcripts', found: written.transcripts, note: `${written.entries} lines` },
      { kind: 'archived transcripts', found: written.archives },
      ...queue.items,
      ...inventoryItems(await takeInventory(to)),
    ],
    skipped,
    warnings: [...warningsFor(config), ...queue.warnings],
  };
}

/** Messages that have not left yet, for the original to send. */
async function undelivered(
  { deliveries }: Store,
  toStateDir: string,
  isHandedOver: boolean,
): Promise<Pick<ExportReport, 'items' | 'warnings'>> {
  const { exportQueue } = await import('@chela/channels');
  const { written, leftOut } = await exportQueue({ deliveries, toStateDir, isHandedOver });
  return {
    items: written === 0 ? [] : [{ kind: 'undelivered messages', found: written }],
    warnings: leftOut.map(({ id, reason }) => `message ${id} of the outbox stays here: ${reason}`),
  };
}

/** What the original needs otherwise: a mode, no key that it does not know, and sessions where the export put them. */
function editsForOriginal(config: Config, { keepStore }: { readonly keepStore: boolean }): readonly ConfigEdit[] {
  return [
    ...(config.gateway?.mode === undefined ? [{ path: ['gateway', 'mode'], value: 'local' }] : []),
    ...(config.gateway?.customBindHost === undefined
      ? []
      : [{ path: ['gateway', 'customBindHost'], value: undefined }]),
    ...ownSections(config).map((name) => ({ path: [name], value: undefined })),
    ...(keepStore || config.session?.store === undefined ? [] : [{ path: ['session', 'store'], value: undefined }]),
  ];
}

/** Sections that only Chela knows; the original would refuse the file for them. */
function ownSections(config: Config): readonly string[] {
  const theirs = withoutOwnSections({ ...config });
  return Object.keys(config).filter((name) => !Object.hasOwn(theirs, name));
}

function modeNote(config: Config): { note?: string } {
  return config.gateway?.mode === undefined ? { note: 'gateway.mode set to local, which the original asks for' } : {};
}

function warningsFor(config: Config): readonly string[] {
  const own = ownSections(config).map(
    (name) => `${name} was taken out of the configuration: only Chela knows that section`,
  );
  if (config.gateway?.customBindHost === undefined) return own;
  return [...own, 'gateway.customBindHost was taken out: the original refuses the key'];
}

function isConfigBackup(name: string, paths: StatePaths): boolean {
  return name === basename(paths.configPath) || name.startsWith(`${basename(paths.configPath)}.bak`);
}

async function requireOwnFolder(to: string): Promise<void> {
  const names: readonly string[] = await readdir(to).catch(() => []);
  if (names.length === 0 || names.includes(MARKER)) return;
  throw new CliFailure([
    `${to} is not empty, and no earlier export made it.`,
    'Name a new directory with --to, or leave it out to write into the state directory itself.',
  ]);
}

function inventoryItems({ kinds }: Inventory): readonly ReportItem[] {
  return [...kinds].map(([kind, ids]) => ({ kind, found: ids.size }));
}

function editorFor(context: CliContext, paths: StatePaths) {
  return createConfigEditor({ paths, env: { ...context.env }, logger: silentLogger('cli') });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
