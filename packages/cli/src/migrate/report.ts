import type { CliOutput } from '../context.ts';

/** What of one kind was found, and what of it arrived now. */
export interface ReportItem {
  readonly kind: string;
  readonly found: number;
  /** Absent in a dry run when only the import itself can tell. */
  readonly added?: number;
  readonly note?: string;
}

/** Something that stays where it is, and why. */
export interface Skipped {
  readonly what: string;
  readonly why: string;
}

export interface MigrationReport {
  readonly ok: true;
  readonly dryRun: boolean;
  readonly from: string;
  readonly to: string;
  readonly changed: boolean;
  /** Folders that got their present name; a link stays under the old one. */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
  readonly items: readonly ReportItem[];
  readonly skipped: readonly Skipped[];
  readonly warnings: readonly string[];
  /** Brings everything back: `chela restore apply <id>`. */
  readonly restorePoint?: string;
}

/** Configuration, sessions and transcripts are told of also when there are none. */
const ALWAYS_SHOWN = 3;
/** Lines of one reason that are shown one by one. */
const SHOWN_SKIPS = 10;

export function printItems(output: CliOutput, items: readonly ReportItem[]): void {
  const shown = items.filter(({ found }, index) => found > 0 || index < ALWAYS_SHOWN);
  const width = Math.max(...shown.map(({ kind }) => kind.length));
  for (const { kind, found, added, note } of shown) {
    const news = added === undefined ? '' : `, ${added} new`;
    output.line(`  ${kind.padEnd(width)}  ${found} found${news}${note === undefined ? '' : ` (${note})`}`);
  }
}

export function printSkipped(output: CliOutput, skipped: readonly Skipped[]): void {
  if (skipped.length === 0) return;
  output.line('Left as they are:');
  for (const [why, group] of Map.groupBy(skipped, (skip) => skip.why)) {
    for (const { what } of group.slice(0, SHOWN_SKIPS)) output.line(`  ${what}: ${why}`);
    if (group.length > SHOWN_SKIPS) output.line(`  and ${group.length - SHOWN_SKIPS} more: ${why}`);
  }
}

export function printWarnings(output: CliOutput, warnings: readonly string[]): void {
  for (const warning of warnings) output.line(`Warning: ${warning}`);
}

export function printMigration(output: CliOutput, report: MigrationReport): void {
  const verb = report.dryRun ? 'Would take over' : report.changed ? 'Took over' : 'Nothing new in';
  const isHere = report.from === report.to || (!report.dryRun && !report.changed);
  output.line(isHere ? `${verb} ${report.from}` : `${verb} ${report.from} into ${report.to}`);
  for (const { from, to } of report.moved) output.line(`  ${from} is now ${to}; a link stays under the old name`);
  printItems(output, report.items);
  printSkipped(output, report.skipped);
  printWarnings(output, report.warnings);
  if (report.restorePoint !== undefined) output.line(`To undo it: chela restore apply ${report.restorePoint}`);
}
