import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const WINDOWS_ENDINGS = ['', '.exe', '.cmd', '.bat'] as const;

/** Which of the named programs are on a search path. Names with a slash are no program names and never found. */
export async function findBins(names: Iterable<string>, path: string): Promise<ReadonlySet<string>> {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  const wanted = [...new Set(names)].filter((name) => !/[\\/]/.test(name));
  const found = await Promise.all(wanted.map(async (name) => ((await isOnPath(name, folders)) ? [name] : [])));
  return new Set(found.flat());
}

async function isOnPath(name: string, folders: readonly string[]): Promise<boolean> {
  const endings = process.platform === 'win32' ? WINDOWS_ENDINGS : [''];
  for (const folder of folders) {
    for (const ending of endings) if (await isProgram(join(folder, name + ending))) return true;
  }
  return false;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
