import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, delimiter, join, resolve } from 'node:path';

/** Where a command line finds its programs. */
export interface SearchPlace {
  readonly cwd: string;
  readonly homeDir: string;
  /** Value of PATH. */
  readonly path: string;
  /** Says where programs of another machine lie; this one's folders are not looked at then. */
  readonly find?: (word: string) => string | undefined;
}

export interface Executable {
  /** The program's name as written, without folders. */
  readonly name: string;
  /** Absolute path of an executable file, where there is one. */
  readonly resolvedPath: string | undefined;
  /** Absolute path that the word names, whether or not a file is there; undefined for a bare name that was not found. */
  readonly namedPath: string | undefined;
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return false;
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program a word names: relative to the folder when it has a slash, else found on PATH (reference agent/tools.md §4.14). */
export async function findExecutable(word: string, place: SearchPlace): Promise<Executable> {
  // What the shell would make of such a word is not known before it runs.
  if (/[*?[\]{}$]/.test(word)) return { name: basename(word), resolvedPath: undefined, namedPath: undefined };
  if (place.find !== undefined) {
    const path = place.find(word);
    return { name: basename(word), resolvedPath: path, namedPath: path };
  }
  const expanded = word.startsWith('~/') ? join(place.homeDir, word.slice(2)) : word;
  const name = basename(expanded);
  if (expanded.includes('/')) {
    const path = resolve(place.cwd, expanded);
    const found = await isExecutableFile(path);
    return { name, resolvedPath: found ? path : undefined, namedPath: path };
  }
  for (const folder of place.path.split(delimiter)) {
    if (folder === '' || expanded === '') continue;
    const candidate = resolve(place.cwd, folder, expanded);
    if (await isExecutableFile(candidate)) return { name, resolvedPath: candidate, namedPath: candidate };
  }
  return { name, resolvedPath: undefined, namedPath: undefined };
}
