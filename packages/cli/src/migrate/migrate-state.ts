import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type Config,
  type ConfigEditor,
  createConfigEditor,
  createRestorePoints,
  type RestorePoint,
  resolveStatePaths,
  type StatePaths,
} from '@chela/config';
import { silentLogger } from '@chela/observability';
import type { ImportedState, Progress } from '@chela/store';
import { type CliContext, CliFailure } from '../context.ts';
import { planCopy } from './copy-plan.ts';
import { type FileAction, perform, touchedFiles } from './file-actions.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import {
  type FolderMove,
  findLegacyFolders,
  type LegacyFolders,
  legacyConfigCopy,
  moveFolder,
} from './legacy-folders.ts';
import { planLayoutMoves } from './legacy-layout.ts';
import { planConfigMigration } from './migrate-config.ts';
import { databaseCopier, withState } from './open-state.ts';
import type { MigrationReport, ReportItem, Skipped } from './report.ts';
import { withStateLocked } from './state-lock.ts';

export interface MigrateOptions {
  /** Another state directory to take over from; absent: the one in use. */
  readonly from?: string;
  readonly dryRun: boolean;
  readonly progress: Progress;
}

/** Everything that is known before anything is changed. */
interface Plan {
  readonly from: string;
  readonly paths: StatePaths;
  readonly actions: readonly FileAction[];
  readonly skipped: readonly Skipped[];
  readonly warnings: readonly string[];
}

/**
 * Takes a state directory of the original over: folders and files of older releases get their present places, old keys of
 * the configuration too, and every session and transcript comes into the database. A restore point comes first. Doing it
 * again changes nothing; in a dry run nothing is changed at all. Throws CliFailure while a gateway runs.
 */
export async function migrateState(context: CliContext, options: MigrateOptions): Promise<MigrationReport> {
  const before = resolveStatePaths(context.env);
  const folders = await findLegacyFolders(before, context.env);
  const move = options.from === undefined ? folders.move : undefined;
  const source = await sourceOf(options.from, before, folders);
  if (options.dryRun)
    return preview(context, await planFiles(context, { from: source, paths: before, folders, move }), move);
  return withStateLocked(context, before, 'Taking over state', async () => {
    if (move !== undefined) await moveFolder(move);
    const paths = resolveStatePaths(context.env);
    const plan = await planFiles(context, { from: move?.to ?? source, paths, folders, move });
    return carryOut(context, plan, move, options.progress);
  });
}

async function sourceOf(named: string | undefined, paths: StatePaths, folders: LegacyFolders): Promise<string> {
  const from = named === undefined ? (folders.move?.from ?? paths.stateDir) : resolve(named);
  const isFolder = await stat(from).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  if (isFolder) return from;
  throw new CliFailure([
    `There is no state directory at ${from}.`,
    'Name one with --from, for example: chela migrate --from /backup/.openclaw',
  ]);
}

async function planFiles(
  context: CliContext,
  known: { from: string; paths: StatePaths; folders: LegacyFolders; move: FolderMove | undefined },
): Promise<Plan> {
  const { from, paths, folders, move } = known;
  const others = move === undefined ? folders.others : folders.others.filter((path) => path !== move.from);
  const warnings = others
    .filter((path) => path !== from)
    .map((path) => `${path} holds state of an older release too; take it over with --from ${path}`);
  if (from !== paths.stateDir && move === undefined) {
    const named = await namesItsFolder(from);
    if (named) warnings.push(`the configuration in ${from} names paths in there; they are used as they are`);
    return { from, paths, warnings, ...(await planCopy(from, paths.stateDir, presentConfigPath(paths, context))) };
  }
  const { live } = await editorFor(context, paths).read();
  const config = legacyConfigCopy(paths, context.env);
  const layout = await planLayoutMoves(paths.stateDir, live);
  const copy: readonly FileAction[] = config === undefined ? [] : [{ kind: 'copy', ...config }];
  return { from, paths, warnings, actions: [...copy, ...layout], skipped: [] };
}

/** Whether a configuration leads back into the directory it came from, e.g. for a workspace. */
async function namesItsFolder(from: string): Promise<boolean> {
  const { configPath } = resolveStatePaths({ HOME: from, OPENCLAW_STATE_DIR: from });
  const text = await readFile(configPath, 'utf8').catch(() => '');
  return text.includes(`${from}/`);
}

function presentConfigPath(paths: StatePaths, context: CliContext): string {
  return legacyConfigCopy(paths, context.env)?.to ?? paths.configPath;
}

async function preview(context: CliContext, plan: Plan, move: FolderMove | undefined): Promise<MigrationReport> {
  const { from, paths } = plan;
  const { live } = await editorFor(context, paths).read();
  const { surveySessions } = await import('@chela/store');
  const sourcePaths = from === paths.stateDir ? paths : await pathsIn(from, paths);
  const survey = await surveySessions(from, from === paths.stateDir ? live.session?.store : undefined);
  const configuration = await planConfigMigration(editorFor(context, sourcePaths), sourcePaths);
  const inventory = await takeInventory(from);
  const here = from === paths.stateDir ? inventory : await takeInventory(paths.stateDir);
  return {
    ok: true,
    dryRun: true,
    from,
    to: move?.to ?? paths.stateDir,
    changed: false,
    moved: move === undefined ? [] : [move],
    items: [
      configuration.item,
      { kind: 'sessions', found: sum(survey.map(({ sessions }) => sessions)) },
      { kind: 'transcripts', found: sum(survey.map(({ transcripts }) => transcripts)) },
      ...inventoryItems(inventory, here),
    ],
    skipped: [...plan.skipped, ...configuration.skipped, ...inventory.problems, ...(await sessionSkips(from, live))],
    warnings: plan.warnings,
  };
}

async function carryOut(
  context: CliContext,
  plan: Plan,
  move: FolderMove | undefined,
  progress: Progress,
): Promise<MigrationReport> {
  const { paths, actions } = plan;
  const { live: config } = await editorFor(context, paths).read();
  const points = createRestorePoints({ stateDir: paths.stateDir, now: context.now });
  const before = await takeInventory(paths.stateDir);
  const point = await points.create({
    reason: 'migrate',
    files: [...touchedFiles(actions), presentConfigPath(paths, context)],
    database: databaseCopier(paths, config),
  });
  for (const action of actions) await perform(action);

  const present = resolveStatePaths(context.env);
  const editor = editorFor(context, present);
  const configuration = await planConfigMigration(editor, present);
  await configuration.apply();
  const { live } = await editor.read();
  const imported = await withState(present, live, { mirror: false }, (store) => store.passes.importAll(progress));
  const after = await takeInventory(present.stateDir);
  const changed = move !== undefined || actions.length > 0 || configuration.needed || hasNews(imported);
  if (!changed) await points.discard(point);
  return {
    ok: true,
    dryRun: false,
    from: move?.from ?? plan.from,
    to: present.stateDir,
    changed,
    moved: move === undefined ? [] : [move],
    items: [configuration.item, ...sessionItems(imported), ...inventoryItems(after, before)],
    skipped: [
      ...plan.skipped,
      ...configuration.skipped,
      ...after.problems,
      ...(await sessionSkips(present.stateDir, live)),
    ],
    warnings: [...plan.warnings, ...importWarnings(imported)],
    ...restorePointOf(changed, point),
  };
}

function restorePointOf(changed: boolean, point: RestorePoint): { restorePoint?: string } {
  return changed ? { restorePoint: point.id } : {};
}

function editorFor(context: CliContext, paths: StatePaths): ConfigEditor {
  return createConfigEditor({ paths, env: { ...context.env }, logger: silentLogger('cli') });
}

/** The paths of another state directory, with the configuration it has. */
async function pathsIn(stateDir: string, paths: StatePaths): Promise<StatePaths> {
  const { configPath } = resolveStatePaths({ HOME: paths.homeDir, OPENCLAW_STATE_DIR: stateDir });
  return { ...paths, stateDir, configPath };
}

function hasNews({ sessions, entriesAdded, transcripts }: ImportedState): boolean {
  return sessions.added + sessions.changed + sessions.removed + entriesAdded + transcripts.added > 0;
}

function sessionItems({ sessions, transcripts, entriesAdded }: ImportedState): readonly ReportItem[] {
  return [
    {
      kind: 'sessions',
      found: sessions.added + sessions.changed + sessions.unchanged,
      added: sessions.added,
      ...(sessions.changed > 0 && { note: `${sessions.changed} brought up to date` }),
    },
    {
      kind: 'transcripts',
      found: transcripts.added + transcripts.grown + transcripts.unchanged,
      added: transcripts.added,
      ...(entriesAdded > 0 && { note: `${entriesAdded} lines` }),
    },
  ];
}

function importWarnings({ unreadableLines }: ImportedState): readonly string[] {
  if (unreadableLines === 0) return [];
  return [`${unreadableLines} lines of transcripts are no entries; they are kept, but not shown`];
}

function inventoryItems(now: Inventory, before: Inventory): readonly ReportItem[] {
  return [...now.kinds].map(([kind, ids]) => ({
    kind,
    found: ids.size,
    added: [...ids].filter((id) => before.kinds.get(kind)?.has(id) !== true).length,
  }));
}

/** What of the session files stays out of the database. */
async function sessionSkips(stateDir: string, config: Config): Promise<readonly Skipped[]> {
  const { surveySessions } = await import('@chela/store');
  const survey = await surveySessions(stateDir, config.session?.store);
  return survey.flatMap(({ file, problem, dropped, unnamed }) => [
    ...(problem === undefined ? [] : [{ what: file, why: problem }]),
    ...(dropped === 0 ? [] : [{ what: `${dropped} values in ${file}`, why: 'they are no sessions' }]),
    ...unnamed.map((what) => ({ what, why: 'no session names this transcript' })),
  ]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
