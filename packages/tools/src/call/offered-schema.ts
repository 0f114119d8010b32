/**
 * Brings a tool's schema into the form that providers take: one object with properties (reference agent/tools.md ).
 * Schemas of this package have it already; those from elsewhere may not.
 */
import { isRecord } from './arguments.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The values that a schema names, by `enum` or `const`; undefined when it names none. */
function namedValues(schema: unknown): readonly unknown[] | undefined {
  if (!isRecord(schema)) return undefined;
  if (Array.isArray(schema.enum)) return schema.enum;
  if ('const' in schema) return [schema.const];
  const variants = variantsOf(schema)?.map(namedValues);
  return variants?.every((values) => values !== undefined) ? variants.flat() : undefined;
}

function variantsOf(schema: Schema): readonly unknown[] | undefined {
  if (Array.isArray(schema.anyOf)) return schema.anyOf;
  return Array.isArray(schema.oneOf) ? schema.oneOf : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/** Two schemas of one property: values they name are united, otherwise the first stays. */
function united(first: unknown, second: unknown): unknown {
  const values = [namedValues(first), namedValues(second)];
  const [known, more] = values;
  if (known === undefined || more === undefined) return known === undefined ? first : second;
  const all = [...new Set([...known, ...more])];
  const types = new Set(all.map((value) => typeof value));
  const [type] = types;
  const notes = isRecord(first)
    ? Object.fromEntries(
        ['title', 'description', 'default'].filter((key) => key in first).map((key) => [key, first[key]]),
      )
    : {};
  return { ...notes, ...(types.size === 1 && { type }), enum: all };
}

function flattened(schema: Schema, variants: readonly unknown[]): Schema {
  const objects = variants.filter(isRecord).filter((variant) => isRecord(variant.properties));
  const properties: Record<string, unknown> = isRecord(schema.properties) ? { ...schema.properties } : {};
  for (const { properties: more } of objects) {
    for (const [name, value] of Object.entries(isRecord(more) ? more : {})) {
      properties[name] = name in properties ? united(properties[name], value) : value;
    }
  }
  const own = texts(schema.required);
  const [first, ...others] = objects.map(({ required }) => texts(required));
  const shared = (first ?? []).filter((name) => others.every((names) => names.includes(name)));
  const required = own.length > 0 ? own : shared;
  return {
    ...(typeof schema.title === 'string' && { title: schema.title }),
    ...(typeof schema.description === 'string' && { description: schema.description }),
    type: 'object',
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: 'additionalProperties' in schema ? schema.additionalProperties : true,
  };
}

/** The schema as it is offered to a model. */
export function offeredSchema(schema: Schema): Schema {
  const isWhole = 'type' in schema && isRecord(schema.properties) && !Array.isArray(schema.anyOf);
  const variants = isWhole ? undefined : variantsOf(schema);
  if (variants !== undefined) return flattened(schema, variants);
  const isObject = isRecord(schema.properties) || Array.isArray(schema.required);
  return !('type' in schema) && isObject ? { ...schema, type: 'object' } : schema;
}
