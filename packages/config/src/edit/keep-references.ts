import type { Env } from '../env.ts';
import { isJsonObject, type JsonObject } from '../json-object.ts';
import { hasReference, MissingEnvVarError, substituteText } from '../read/substitute.ts';

/**
 * A value on its way into the file, with `${NAME}` references kept: where the present text at the same place resolves
 * to the value that is written, the text stays (reference config/config.md §5).
 */
export function keepReferences(next: unknown, present: unknown, env: Readonly<Env>): unknown {
  if (typeof next === 'string') return typeof present === 'string' && resolvesTo(present, next, env) ? present : next;
  if (Array.isArray(next)) {
    const old: readonly unknown[] = Array.isArray(present) ? present : [];
    return next.map((item, index) => keepReferences(item, old[index], env));
  }
  if (!isJsonObject(next)) return next;
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(next)) {
    out[key] = keepReferences(value, isJsonObject(present) ? present[key] : undefined, env);
  }
  return out;
}

function resolvesTo(source: string, value: string, env: Readonly<Env>): boolean {
  if (!hasReference(source)) return false;
  try {
    return substituteText(source, env, '') === value;
  } catch (error) {
    if (error instanceof MissingEnvVarError) return false;
    throw error;
  }
}
