import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Executable } from './executable.ts';

function looksLikePath(value: string): boolean {
  return /^(\/|\.\/|\.\.\/|~)/.test(value) || value === '.' || value === '..' || /^[A-Za-z]:[\\/]/.test(value);
}

async function namesFile(value: string, cwd: string): Promise<boolean> {
  if (value === '') return false;
  return access(resolve(cwd, value)).then(
    () => true,
    () => false,
  );
}

async function isPlainValue(value: string, cwd: string): Promise<boolean> {
  return !looksLikePath(value) && !/[*?[\]]/.test(value) && !(await namesFile(value, cwd));
}

/**
 * Whether a program only filters its input: its name is on the list and none of its arguments names a file
 * (reference agent/tools.md §4.14).
 */
export async function isSafeUse(
  executable: Executable,
  argv: readonly string[],
  safeBins: readonly string[],
  cwd: string,
): Promise<boolean> {
  const names = safeBins.map((name) => name.trim().toLowerCase());
  if (executable.resolvedPath === undefined || !names.includes(executable.name.toLowerCase())) return false;
  for (const argument of argv.slice(1)) {
    if (argument === '' || argument === '-') continue;
    const equals = argument.indexOf('=');
    const isOption = argument.startsWith('-');
    if (isOption && !(argument.startsWith('--') && equals > 0)) {
      if (/[*?[\]]/.test(argument)) return false;
      continue;
    }
    const value = isOption ? argument.slice(equals + 1) : argument;
    if (!(await isPlainValue(value, cwd))) return false;
  }
  return true;
}
