import { isJsonObject } from '../json-object.ts';

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

/**
 * Checks a plugin's configuration against its JSON Schema; one `<path or <root>>: <message>` per problem, in the words
 * of the original's validator (Ajv).
 */
export async function pluginConfigProblems(schema: unknown, value: unknown): Promise<string[]> {
  if (!isJsonObject(schema)) return [];
  const { Errors } = await import('typebox/schema');
  const [, errors] = Errors(schema, value);
  return errors.flatMap((error: SchemaError) => problemText(error));
}

function problemText(error: SchemaError): string[] {
  // The library reports a forbidden key twice: at the key, and as additionalProperties of its object.
  if (error.keyword === 'boolean') return [];
  const path = error.instancePath.split('/').slice(1).join('.') || '<root>';
  const params: unknown = error.params;
  if (error.keyword === 'additionalProperties' && isJsonObject(params) && Array.isArray(params.additionalProperties)) {
    return params.additionalProperties.map(() => `${path}: must NOT have additional properties`);
  }
  if (error.keyword === 'required' && isJsonObject(params) && Array.isArray(params.requiredProperties)) {
    return params.requiredProperties.map((key) => `${path}: must have required property '${String(key)}'`);
  }
  if (error.keyword === 'pattern' && isJsonObject(params)) {
    return [`${path}: must match pattern "${String(params.pattern)}"`];
  }
  return [`${path}: ${error.message}`];
}
