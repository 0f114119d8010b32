import { existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

export interface InstalledSize {
  readonly files: number;
  readonly mib: number;
}

const BYTES_PER_MIB = 2 ** 20;

/**
 * Files and bytes of what had to be installed for a command: the `node_modules` tree around it, else its package, else
 * the one file. Null when no word of the command is a path.
 */
export function installedSize(command: string): InstalledSize | null {
  for (const word of command.split(/\s+/)) {
    const file = word.replace(/^['"]|['"]$/g, '');
    if (!file.includes(sep) || !existsSync(file)) continue;
    const real = realpathSync(file);
    if (/(^|\/)(node|bun)$/.test(real)) continue;
    return sizeOf(rootOf(real));
  }
  return null;
}

function rootOf(real: string): string {
  const modules = `${sep}node_modules`;
  const at = real.indexOf(`${modules}${sep}`);
  if (at >= 0) return real.slice(0, at + modules.length);
  for (let folder = dirname(real); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  return real;
}

function sizeOf(root: string): InstalledSize {
  let files = 0;
  let bytes = 0;
  const walk = (path: string): void => {
    const stat = lstatSync(path);
    if (stat.isDirectory()) for (const name of readdirSync(path)) walk(join(path, name));
    else if (stat.isFile()) {
      files += 1;
      bytes += stat.size;
    }
  };
  walk(root);
  return { files, mib: bytes / BYTES_PER_MIB };
}
