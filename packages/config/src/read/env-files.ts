import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../env.ts';
import { isJsonObject, objectAt } from '../json-object.ts';

/**
 * Adds the variables of `.env` in the working directory, then of `<state dir>/.env`. What is set already stays
 * (reference config/config.md §1). An unreadable file counts as missing.
 */
export async function loadEnvFiles(env: Env, directories: readonly string[]): Promise<void> {
  const sources = await Promise.all(
    directories.map((directory) => readFile(join(directory, '.env'), 'utf8').catch(() => '')),
  );
  if (sources.every((source) => source === '')) return;
  const { parseEnv } = await import('node:util');
  for (const source of sources) {
    addMissing(env, Object.entries(parseEnv(source)), (value) => value !== undefined);
  }
}

/** Adds `env.vars.<NAME>` and `env.<NAME>` of the configuration where the variable is unset or blank. */
export function applyConfigEnv(env: Env, resolved: unknown): void {
  const section = objectAt(resolved, 'env');
  if (section === undefined) return;
  const own = Object.entries(section).filter(([key]) => key !== 'vars' && key !== 'shellEnv');
  const isSet = (value: string | undefined): boolean => value !== undefined && value.trim() !== '';
  addMissing(env, [...Object.entries(isJsonObject(section.vars) ? section.vars : {}), ...own], isSet);
}

function addMissing(
  env: Env,
  entries: readonly (readonly [string, unknown])[],
  isSet: (value: string | undefined) => boolean,
): void {
  for (const [name, value] of entries) {
    if (typeof value === 'string' && value !== '' && !isSet(env[name])) env[name] = value;
  }
}
