import type { Env } from '../env.ts';
import { isJsonObject, type JsonObject } from '../json-object.ts';

/** `$${NAME}` is an escape, `${NAME}` a reference; only upper-case names count (reference config/config.md §5). */
const REFERENCE = /\$\$\{([A-Z_][A-Z0-9_]*)\}|\$\{([A-Z_][A-Z0-9_]*)\}/g;

/** A `${NAME}` whose variable is unset or empty. */
export class MissingEnvVarError extends Error {
  override readonly name = 'MissingEnvVarError';
  readonly variable: string;

  constructor(variable: string, path: string) {
    super(`Missing env var "${variable}" referenced at config path: ${path}`);
    this.variable = variable;
  }
}

/** A copy with every reference in string values replaced. Keys are left alone. */
export function substituteEnv(value: unknown, env: Readonly<Env>, path = ''): unknown {
  if (typeof value === 'string') return substituteText(value, env, path);
  if (Array.isArray(value)) return value.map((item, index) => substituteEnv(item, env, `${path}[${index}]`));
  if (!isJsonObject(value)) return value;
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    out[key] = substituteEnv(item, env, path === '' ? key : `${path}.${key}`);
  }
  return out;
}

/** One string with its references replaced; throws MissingEnvVarError with `path` when a variable is missing. */
export function substituteText(source: string, env: Readonly<Env>, path: string): string {
  if (!source.includes('$')) return source;
  return source.replace(REFERENCE, (_all, escaped: string | undefined, name: string | undefined) => {
    if (escaped !== undefined) return `\${${escaped}}`;
    const found = name === undefined ? undefined : env[name];
    if (name !== undefined && (found === undefined || found === '')) throw new MissingEnvVarError(name, path);
    return found ?? '';
  });
}

/** True when a text contains a reference or an escape that the reader would replace. */
export function hasReference(source: string): boolean {
  return source.match(REFERENCE) !== null;
}

/** True when the whole text is one `${NAME}`: nothing secret in it. */
export function isWholeReference(source: string): boolean {
  return /^\$\{[A-Z_][A-Z0-9_]*\}$/.test(source);
}
