import { createRestorePoints, type RestorePoint, type RestorePoints, resolveStatePaths } from '@chela/config';
import { type CliContext, CliFailure } from '../context.ts';
import { loadConfig } from '../loaded-config.ts';
import { databaseCopier } from '../migrate/open-state.ts';
import { withStateLocked } from '../migrate/state-lock.ts';
import { boxTable } from '../table.ts';

const KIB = 1024;
const REASONS: Readonly<Record<RestorePoint['reason'], string>> = {
  config: 'a change of the configuration',
  migrate: 'taking over state',
  export: 'writing state back',
  doctor: 'repairs by doctor',
  reset: 'a reset',
  restore: 'going back to another point',
};

function pointsOf(context: CliContext): RestorePoints {
  return createRestorePoints({ stateDir: resolveStatePaths(context.env).stateDir, now: context.now });
}

/** By its id, by a beginning that only one has, or `latest`. */
async function namedPoint(points: RestorePoints, name: string): Promise<RestorePoint> {
  const all = await points.list();
  const found = name === 'latest' ? all.slice(0, 1) : all.filter(({ id }) => id === name || id.startsWith(name));
  const exact = found.find(({ id }) => id === name) ?? (found.length === 1 ? found[0] : undefined);
  if (exact !== undefined) return exact;
  const why =
    found.length > 1 ? `${found.length} restore points begin with ${name}.` : `There is no restore point ${name}.`;
  throw new CliFailure([why, 'See: chela restore list']);
}

export async function restoreList(context: CliContext, flags: { readonly json?: boolean }): Promise<void> {
  const points = await pointsOf(context).list();
  if (flags.json) return context.output.json({ points });
  if (points.length === 0) return context.output.line('There are no restore points yet.');
  const rows = points.map((point) => [
    point.id,
    String(point.files.length),
    `${Math.ceil(point.bytes / KIB)} KiB`,
    `before ${REASONS[point.reason]}`,
  ]);
  for (const line of boxTable(['Id', 'Files', 'Size', 'Made'], rows, context.output.columns)) context.output.line(line);
}

export async function restoreShow(context: CliContext, id: string, flags: { readonly json?: boolean }): Promise<void> {
  const point = await namedPoint(pointsOf(context), id);
  if (flags.json) return context.output.json(point);
  context.output.line(`${point.id}: before ${REASONS[point.reason]}`);
  for (const { path, copy, bytes, database } of point.files) {
    const what =
      copy === null ? 'did not exist; would be removed' : `${bytes} bytes${database ? ', the database' : ''}`;
    context.output.line(`  ${path} (${what})`);
  }
}

/** Puts the files of a point back, after making a point of how they are now. */
export async function restoreApply(context: CliContext, id: string, flags: { readonly json?: boolean }): Promise<void> {
  const { paths, current } = await loadConfig(context);
  const { point, undo } = await withStateLocked(context, paths, 'Going back', async () => {
    const points = pointsOf(context);
    const target = await namedPoint(points, id);
    const database = target.files.some((file) => file.database) ? { database: databaseCopier(paths, current) } : {};
    const files = target.files.filter((file) => !file.database).map(({ path }) => path);
    const back = await points.create({ reason: 'restore', files, keep: target.id, ...database });
    await points.apply(target);
    return { point: target, undo: back };
  });
  const { snapshot } = await loadConfig(context);
  if (flags.json) {
    return context.output.json({ ok: true, applied: point.id, undo: undo.id, configValid: snapshot.valid });
  }
  context.output.line(`Everything is as it was before ${REASONS[point.reason]} (${point.createdAt}).`);
  if (!snapshot.valid) context.output.line('The configuration of that time is not valid; see: chela doctor');
  context.output.line(`To undo it: chela restore apply ${undo.id}`);
}
