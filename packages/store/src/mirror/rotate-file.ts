import { copyFile, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Copies kept beside a file. */
const KEPT = 3;
/** A file that stays big is written often; not every version is kept. */
const REST_MS = 60 * 60_000;

/**
 * Keeps a copy `<file>.bak.<ms>` of a file that has grown beyond `maxBytes`, before it is replaced (reference
 * agent/sessions.md §3). A copy, so that a crash never leaves the place empty. The oldest copies go.
 */
export async function rotateFile(file: string, maxBytes: number, now: number): Promise<void> {
  const size = await stat(file).then(
    (facts) => facts.size,
    () => 0,
  );
  if (size <= maxBytes) return;
  const before = await copiesOf(file);
  if (before.some((at) => at > now - REST_MS)) return;
  await copyFile(file, `${file}.bak.${now}`);
  for (const at of before.slice(KEPT - 1)) await rm(`${file}.bak.${at}`, { force: true });
}

/** Times of the copies, newest first. */
async function copiesOf(file: string): Promise<readonly number[]> {
  const prefix = `${basename(file)}.bak.`;
  const names = await readdir(dirname(file));
  const times = names.flatMap((name) => {
    const rest = name.startsWith(prefix) ? name.slice(prefix.length) : '';
    return /^\d+$/.test(rest) && join(dirname(file), name) === `${file}.bak.${rest}` ? [Number(rest)] : [];
  });
  return times.toSorted((a, b) => b - a);
}
