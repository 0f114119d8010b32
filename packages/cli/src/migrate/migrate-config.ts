import { type ConfigEditor, planMending, type StatePaths } from '@chela/config';
import type { ReportItem, Skipped } from './report.ts';

export interface ConfigMigration {
  readonly item: ReportItem;
  readonly skipped: readonly Skipped[];
  readonly needed: boolean;
  /** Writes it; nothing when there is nothing to write. */
  apply(): Promise<void>;
}

/** Plans how the keys of older releases in a configuration get their present places. */
export async function planConfigMigration(editor: ConfigEditor, paths: StatePaths): Promise<ConfigMigration> {
  const { snapshot } = await editor.read();
  const found = snapshot.exists ? 1 : 0;
  const item = { kind: 'configuration', found };
  const nothing = async (): Promise<void> => {};
  if (!snapshot.exists) return { item, skipped: [], needed: false, apply: nothing };
  const plan = await planMending(snapshot, paths, { dropUnknown: false });
  if (plan.remaining.length > 0) {
    const skipped = plan.remaining.map(({ path, message }) => ({
      what: `configuration ${path || '<root>'}`,
      why: message,
    }));
    return { item: { ...item, note: 'not valid; see `chela doctor`' }, skipped, needed: false, apply: nothing };
  }
  if (plan.changes.length === 0) return { item, skipped: [], needed: false, apply: nothing };
  return {
    item: { ...item, note: `${plan.changes.length} keys of older releases moved` },
    skipped: [],
    needed: true,
    apply: async () => void (await editor.edit(plan.edits)),
  };
}
