import { isObject, type JsonObject, objectOf } from './json-shape.ts';

/** JSON Schema words the Gemini API refuses (reference agent/models.md §9.3). */
const REFUSED = new Set([
  'patternProperties',
  'additionalProperties',
  '$schema',
  '$id',
  '$ref',
  '$defs',
  'definitions',
  'examples',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'multipleOf',
  'pattern',
  'format',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
]);

/** What is kept of a schema that becomes a reference's target or an enum. */
const ANNOTATIONS = ['description', 'title', 'default'] as const;

interface Scope {
  readonly definitions: JsonObject;
  /** References being resolved; meeting one again is a cycle. */
  readonly open: readonly string[];
}

/** Rewrites a tool's parameters into the part of JSON Schema that Gemini accepts. Anything but an object passes unchanged. */
export function cleanGeminiSchema(schema: unknown): unknown {
  return clean(schema, { definitions: {}, open: [] });
}

function clean(schema: unknown, outer: Scope): unknown {
  if (Array.isArray(schema)) return schema.map((item: unknown) => clean(item, outer));
  if (!isObject(schema)) return schema;
  const scope = {
    ...outer,
    definitions: { ...outer.definitions, ...objectOf(schema.definitions), ...objectOf(schema.$defs) },
  };
  if (typeof schema.$ref === 'string') return resolveReference(schema, schema.$ref, scope);

  const union = cleanUnion(schema, scope);
  if (union?.replaces === true) return union.schema;

  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (REFUSED.has(key)) continue;
    if (key === 'const') result.enum = [value];
    else if (key === 'type') {
      if (schema.anyOf === undefined && schema.oneOf === undefined) result.type = withoutNull(value);
    } else if (key === 'properties') result.properties = mapValues(objectOf(value), (part) => clean(part, scope));
    else if (key === 'items') result.items = clean(value, scope);
    else if (key === 'anyOf' || key === 'oneOf') result[key] = union?.variants ?? value;
    else if (key === 'allOf' && Array.isArray(value)) result.allOf = value.map((part: unknown) => clean(part, scope));
    else result[key] = value;
  }
  return result;
}

function resolveReference(schema: JsonObject, ref: string, scope: Scope): unknown {
  const notes = annotationsOf(schema);
  const name = /^#\/(?:\$defs|definitions)\/(.+)$/.exec(ref)?.[1];
  const target = name === undefined ? undefined : scope.definitions[unescapePointer(name)];
  if (scope.open.includes(ref)) return {};
  if (target === undefined) return notes;
  const cleaned = clean(target, { ...scope, open: [...scope.open, ref] });
  return isObject(cleaned) ? { ...cleaned, ...notes } : cleaned;
}

/** A union of literals becomes an enum, one with a single real variant becomes that variant; null variants go. */
function cleanUnion(
  schema: JsonObject,
  scope: Scope,
): { readonly replaces: boolean; readonly schema?: unknown; readonly variants?: readonly unknown[] } | undefined {
  const written = Array.isArray(schema.anyOf) ? schema.anyOf : Array.isArray(schema.oneOf) ? schema.oneOf : undefined;
  if (written === undefined) return undefined;
  const real = written.filter((variant: unknown) => !isNullVariant(variant));
  const notes = annotationsOf(schema);
  const literal = literalsOf(real);
  if (literal !== undefined) return { replaces: true, schema: { type: literal.type, enum: literal.values, ...notes } };
  const variants = real.map((variant: unknown) => clean(variant, scope));
  const only = variants[0];
  if (real.length < written.length && variants.length === 1 && isObject(only)) {
    return { replaces: true, schema: { ...only, ...notes } };
  }
  return { replaces: false, variants };
}

function literalsOf(
  variants: readonly unknown[],
): { readonly type: string; readonly values: readonly unknown[] } | undefined {
  const values: unknown[] = [];
  const types = new Set<string>();
  for (const variant of variants) {
    if (!isObject(variant)) return undefined;
    const single = Array.isArray(variant.enum) && variant.enum.length === 1 ? variant.enum[0] : undefined;
    const value: unknown = 'const' in variant ? variant.const : single;
    if (value === undefined || typeof variant.type !== 'string') return undefined;
    types.add(variant.type);
    values.push(value);
  }
  const [type] = types;
  return types.size === 1 && type !== undefined ? { type, values } : undefined;
}

function isNullVariant(variant: unknown): boolean {
  if (!isObject(variant)) return false;
  if ('const' in variant && variant.const === null) return true;
  if (Array.isArray(variant.enum) && variant.enum.length === 1) return variant.enum[0] === null;
  return (
    variant.type === 'null' || (Array.isArray(variant.type) && variant.type.length === 1 && variant.type[0] === 'null')
  );
}

function withoutNull(type: unknown): unknown {
  if (!Array.isArray(type)) return type;
  const real = type.filter((name) => name !== 'null');
  return real.length === 1 ? real[0] : real;
}

function annotationsOf(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    ANNOTATIONS.flatMap((name) => (schema[name] === undefined ? [] : [[name, schema[name]] as const])),
  );
}

function mapValues(object: JsonObject, change: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
