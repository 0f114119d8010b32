import type { FileHandle } from 'node:fs/promises';
import type { SessionEntry } from '../sessions.ts';

/** Writes the members of a `sessions.json` one page after another: two-space indent, as the original does. */
export async function writeSessionPages(
  handle: FileHandle,
  nextPage: () => readonly (readonly [key: string, entry: SessionEntry])[],
): Promise<number> {
  let count = 0;
  for (;;) {
    const page = nextPage();
    if (page.length === 0) break;
    await handle.write(`${count === 0 ? '{\n' : ',\n'}${page.map(member).join(',\n')}`);
    count += page.length;
  }
  await handle.write(count === 0 ? '{}' : '\n}');
  return count;
}

/** One member of the file: the entry as it stands, shifted to its place. */
function member([key, entry]: readonly [string, SessionEntry]): string {
  return `  ${JSON.stringify(key)}: ${JSON.stringify(entry, null, 2).replaceAll('\n', '\n  ')}`;
}
