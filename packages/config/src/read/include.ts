import { readFile, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { isJsonObject, isUnsafeKey, type JsonObject } from '../json-object.ts';
import { parseJson5 } from './parse-json5.ts';

const MAX_DEPTH = 10;
const INCLUDE = '$include';

/** An `$include` that cannot be followed. Messages are the contract's (reference config/config.md §4). */
class ConfigIncludeError extends Error {
  override readonly name: string = 'ConfigIncludeError';
}

export interface IncludeResult {
  readonly value: unknown;
  /** Absolute paths of all included files, in the order of reading. */
  readonly files: readonly string[];
}

/** Replaces every `$include` of a parsed file by what it names. Files stay inside the directory of the main file. */
export async function resolveIncludes(parsed: unknown, mainFile: string): Promise<IncludeResult> {
  if (!mentionsInclude(parsed)) return { value: parsed, files: [] };
  const root = dirname(mainFile);
  const files: string[] = [];

  const walk = async (value: unknown, trail: readonly string[]): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map((item) => walk(item, trail)));
    if (!isJsonObject(value)) return value;
    const own: JsonObject = {};
    for (const [key, item] of Object.entries(value)) {
      if (key !== INCLUDE && !isUnsafeKey(key)) own[key] = await walk(item, trail);
    }
    if (!Object.hasOwn(value, INCLUDE)) return own;
    const included = await includeValue(value[INCLUDE], trail);
    if (Object.keys(own).length === 0) return included;
    if (!isJsonObject(included)) {
      throw new ConfigIncludeError('Sibling keys require included content to be an object');
    }
    return mergeIncluded(included, own);
  };

  const includeValue = async (value: unknown, trail: readonly string[]): Promise<unknown> => {
    if (typeof value === 'string') return load(value, trail);
    if (!Array.isArray(value)) {
      throw new ConfigIncludeError(`Invalid $include value: expected string or array of strings, got ${typeOf(value)}`);
    }
    let merged: unknown = {};
    for (const item of value) {
      if (typeof item !== 'string') {
        throw new ConfigIncludeError(`Invalid $include array item: expected string, got ${typeOf(item)}`);
      }
      merged = mergeIncluded(merged, await load(item, trail));
    }
    return merged;
  };

  const load = async (name: string, trail: readonly string[]): Promise<unknown> => {
    const file = resolve(dirname(trail.at(-1) ?? mainFile), name);
    if (!isInside(root, file)) {
      throw new ConfigIncludeError(`Include path escapes config directory: ${name} (root: ${root})`);
    }
    if (trail.includes(file)) {
      throw new ConfigIncludeError(`Circular include detected: ${[...trail, file].join(' -> ')}`);
    }
    if (trail.length > MAX_DEPTH) {
      throw new ConfigIncludeError(`Maximum include depth (${MAX_DEPTH}) exceeded at: ${name}`);
    }
    const real = await realpath(file).catch(() => file);
    const realRoot = await realpath(root).catch(() => root);
    if (!isInside(realRoot, real)) {
      throw new ConfigIncludeError(`Include path resolves outside config directory (symlink): ${name} (root: ${root})`);
    }
    const source = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new ConfigIncludeError(`Failed to read include file: ${name} (resolved: ${file})`, { cause });
    });
    const parsedFile = await parseJson5(source).catch((cause: unknown) => {
      throw new ConfigIncludeError(`Failed to parse include file: ${name} (resolved: ${file})`, { cause });
    });
    files.push(file);
    return walk(parsedFile, [...trail, file]);
  };

  return { value: await walk(parsed, [mainFile]), files };
}

/** Objects merge, arrays concatenate, anything else: the later one wins. */
function mergeIncluded(base: unknown, over: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(over)) return [...base, ...over];
  if (!isJsonObject(base) || !isJsonObject(over)) return over;
  const out: JsonObject = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (isUnsafeKey(key)) continue;
    out[key] = Object.hasOwn(out, key) ? mergeIncluded(out[key], value) : value;
  }
  return out;
}

function mentionsInclude(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(mentionsInclude);
  if (!isJsonObject(value)) return false;
  return Object.hasOwn(value, INCLUDE) || Object.values(value).some(mentionsInclude);
}

function isInside(root: string, file: string): boolean {
  const path = relative(root, file);
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

function typeOf(value: unknown): string {
  return value === null ? 'object' : typeof value;
}
