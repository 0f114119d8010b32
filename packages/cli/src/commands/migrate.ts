import type { CliContext } from '../context.ts';
import { exportState } from '../migrate/export-state.ts';
import { migrateState } from '../migrate/migrate-state.ts';
import { printItems, printMigration, printSkipped, printWarnings } from '../migrate/report.ts';

/** How often the line with the progress is written anew. */
const PROGRESS_MS = 100;

/** Shows how far a pass is, on a terminal only. */
function progressLine(context: CliContext, what: string): (done: number, total: number) => void {
  let shownAt = 0;
  return (done, total) => {
    const now = context.now();
    if (done < total && now - shownAt < PROGRESS_MS) return;
    shownAt = now;
    context.output.transient(done < total ? `${what}: ${done} of ${total}` : '');
  };
}

export async function migrate(
  context: CliContext,
  flags: { readonly dryRun?: boolean; readonly json?: boolean; readonly from?: string },
): Promise<void> {
  const progress = progressLine(context, 'Reading conversations');
  const dryRun = flags.dryRun === true;
  const report = await migrateState(context, {
    dryRun,
    progress,
    ...(flags.from !== undefined && { from: flags.from }),
  });
  if (flags.json) return context.output.json(report);
  printMigration(context.output, report);
}

export async function migrateExport(
  context: CliContext,
  flags: { readonly to?: string; readonly json?: boolean },
): Promise<void> {
  const progress = progressLine(context, 'Writing conversations');
  const report = await exportState(context, { progress, ...(flags.to !== undefined && { to: flags.to }) });
  const { output } = context;
  if (flags.json) return output.json(report);
  output.line(`Wrote ${report.to} as OpenClaw keeps it`);
  printItems(output, report.items);
  printSkipped(output, report.skipped);
  printWarnings(output, report.warnings);
  if (report.restorePoint !== undefined) output.line(`To undo it: chela restore apply ${report.restorePoint}`);
}
