import { lstat, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lines of all instances of a user go to one file a day; this is how its rolled files are recognised. */
const ROLLED_NAME = /^openclaw-\d{4}-\d{2}-\d{2}\.log(?:\.\d+)?$/;

export function isRolledLogName(name: string): boolean {
  return ROLLED_NAME.test(name);
}

/** `openclaw-YYYY-MM-DD.log` for the local day of `nowMs`. */
export function rolledLogName(nowMs: number): string {
  const date = new Date(nowMs);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `openclaw-${day.join('-')}.log`;
}

/**
 * The directory of the rolled log files: `openclaw` under the temporary root when that is missing or a real directory
 * of this user that nobody else can write, otherwise `<tmp>/openclaw-<uid>` (reference config/config.md §1).
 */
export async function logDirectory(tmp: string = process.platform === 'win32' ? tmpdir() : '/tmp'): Promise<string> {
  const preferred = join(tmp, 'openclaw');
  const uid = process.getuid?.();
  if (uid === undefined) return preferred;
  const stat = await lstat(preferred).catch(() => undefined);
  const trusted = stat === undefined || (stat.isDirectory() && stat.uid === uid && (stat.mode & 0o022) === 0);
  return trusted ? preferred : join(tmpdir(), `openclaw-${uid}`);
}

const DAY_NAME = /^openclaw-\d{4}-\d{2}-\d{2}\.log$/;

/** Today's rolling file; when it is not there yet, the newest one beside it. */
export async function newestLogFile(now: number): Promise<string> {
  const folder = await logDirectory();
  const today = rolledLogName(now);
  const names = await readdir(folder).catch((): string[] => []);
  const newest = names
    .filter((name) => DAY_NAME.test(name))
    .toSorted()
    .at(-1);
  return join(folder, names.includes(today) ? today : (newest ?? today));
}
