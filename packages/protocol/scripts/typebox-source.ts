/** JSON Schema in, TypeBox source out; knows exactly the keywords that the contract uses and refuses others. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Finds an earlier definition with the same schema. */
type Reuse = (schema: JsonObject) => string | undefined;

const ANY_KEY_PATTERN = '^(.*)$';

function callSource(name: string, args: readonly string[], options: JsonObject): string {
  const all = Object.keys(options).length === 0 ? args : [...args, JSON.stringify(options)];
  return `Type.${name}(${all.join(', ')})`;
}

function without(schema: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.includes(key)));
}

function partSource(schema: unknown, reuse: Reuse): string {
  if (!isJsonObject(schema)) throw new Error(`no schema: ${JSON.stringify(schema)}`);
  return reuse(schema) ?? typeboxSource(schema, reuse);
}

function objectSource(schema: JsonObject, reuse: Reuse): string {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const members = Object.entries(properties).map(([key, part]) => {
    const source = partSource(part, reuse);
    return `${JSON.stringify(key)}: ${required.includes(key) ? source : `Type.Optional(${source})`}`;
  });
  return callSource('Object', [`{${members.join(', ')}}`], without(schema, ['type', 'properties', 'required']));
}

function recordSource(schema: JsonObject, reuse: Reuse): string {
  const patterns = isJsonObject(schema.patternProperties) ? schema.patternProperties : {};
  if (Object.keys(patterns).join() !== ANY_KEY_PATTERN) throw new Error('unknown key pattern');
  const value = partSource(patterns[ANY_KEY_PATTERN], reuse);
  const options = without(schema, ['type', 'patternProperties']);
  return callSource('Record', [`Type.String({ pattern: '${ANY_KEY_PATTERN}' })`, value], options);
}

function plainSource(name: string, schema: JsonObject): string {
  const options = without(schema, ['type']);
  const text = JSON.stringify(options);
  if (name === 'String' && text === '{"minLength":1}') return 'NonEmpty';
  if (name === 'Integer' && text === '{"minimum":0}') return 'Count';
  return callSource(name, [], options);
}

export function typeboxSource(schema: JsonObject, reuse: Reuse): string {
  if (Object.keys(schema).length === 0) return 'Type.Unknown()';
  if (Array.isArray(schema.anyOf)) {
    const branches = schema.anyOf.map((branch) => partSource(branch, reuse));
    return callSource('Union', [`[${branches.join(', ')}]`], without(schema, ['anyOf']));
  }
  if (Array.isArray(schema.enum)) {
    return callSource('Enum', [JSON.stringify(schema.enum)], without(schema, ['enum']));
  }
  if ('const' in schema)
    return callSource('Literal', [JSON.stringify(schema.const)], without(schema, ['const', 'type']));
  if (schema.type === 'object' && 'patternProperties' in schema) return recordSource(schema, reuse);
  if (schema.type === 'object') return objectSource(schema, reuse);
  if (schema.type === 'array')
    return callSource('Array', [partSource(schema.items, reuse)], without(schema, ['type', 'items']));
  if (schema.type === 'string') return plainSource('String', schema);
  if (schema.type === 'integer') return plainSource('Integer', schema);
  if (schema.type === 'number') return plainSource('Number', schema);
  if (schema.type === 'boolean') return plainSource('Boolean', schema);
  if (schema.type === 'null') return plainSource('Null', schema);
  throw new Error(`cannot express ${JSON.stringify(schema)}`);
}
