import { isRecord } from '../database/columns.ts';
import { parseLine } from './entry.ts';

/** The custom entry behind which a conversation goes on as if what was said since the entry's parent had not been. */
export const ASIDE_TYPE = 'heartbeat-ok';

/** Lines of a log, oldest first, without what was said aside. */
export function withoutAsides(lines: readonly string[]): readonly string[] {
  const kept: { readonly line: string; readonly id: unknown }[] = [];
  for (const line of lines) {
    const entry = parseLine(line);
    if (!isRecord(entry) || entry.type !== 'custom' || entry.customType !== ASIDE_TYPE) {
      kept.push({ line, id: isRecord(entry) ? entry.id : undefined });
      continue;
    }
    const parent = kept.findLastIndex(({ id }) => id === entry.parentId);
    kept.splice(parent + 1);
  }
  return kept.map(({ line }) => line);
}
