import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord, list, str } from '../fields.ts';
import type { QmdSettings } from './qmd-settings.ts';
import type { RunQmd } from './run-qmd.ts';

const MARK = 'chela-collections.json';
const PRIVATE_FOLDER = 0o700;

/** Tells the program its collections, when they are others than those it was told last. */
export async function ensureCollections(run: RunQmd, settings: QmdSettings, signal: AbortSignal): Promise<void> {
  const { homeDir, collections, timeouts } = settings;
  await mkdir(homeDir, { recursive: true, mode: PRIVATE_FOLDER });
  if (settings.sessions !== undefined) {
    await mkdir(settings.sessions.exportDir, { recursive: true, mode: PRIVATE_FOLDER });
  }
  const mark = join(homeDir, MARK);
  const wanted = JSON.stringify(collections.map(({ name, path, pattern }) => ({ name, path, pattern })));
  const told = await readFile(mark, 'utf8').catch(() => '[]');
  if (told === wanted) return;
  for (const name of namesIn(told)) {
    // One that is not there any more is what is wanted.
    await run(['collection', 'remove', name], timeouts.commandMs, signal).catch(() => undefined);
  }
  for (const { name, path, pattern } of collections) {
    const args = ['collection', 'add', path, '--name', name, '--mask', pattern];
    await run(args, timeouts.commandMs, signal).catch((error: unknown) => {
      if (!(error instanceof Error) || !/already exists|exists already/i.test(error.message)) throw error;
    });
  }
  await writeFile(mark, wanted, { mode: 0o600 });
}

function namesIn(told: string): readonly string[] {
  const value: unknown = JSON.parse(told);
  return list(value).flatMap((entry) => (isRecord(entry) ? (str(entry.name) ?? []) : []));
}
