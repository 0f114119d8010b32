import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJsonAtomically } from '@chela/store';

type Mode = 'audit' | 'enforce';

/**
 * The defender's mode while nobody has chosen one: it enforces on a fresh install and only records where the state of
 * another gateway is taken over, so that nobody's habits break on the first day (reference defender/defender.md §A, mode).
 * Which of the two this state directory is, is written down at the first start.
 */
export async function defaultDefenderMode(stateDir: string, isFreshInstall: boolean): Promise<Mode> {
  const path = join(stateDir, 'chela', 'defender-default.json');
  const known = await readMode(path);
  if (known !== undefined) return known;
  const mode = isFreshInstall ? 'enforce' : 'audit';
  await writeJsonAtomically(path, { mode });
  return mode;
}

async function readMode(path: string): Promise<Mode | undefined> {
  const source = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (source === undefined) return undefined;
  const value: unknown = JSON.parse(source);
  const mode = typeof value === 'object' && value !== null && 'mode' in value ? value.mode : undefined;
  // A file that says neither is nobody's choice to do without protection.
  return mode === 'audit' ? 'audit' : 'enforce';
}
