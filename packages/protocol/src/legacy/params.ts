import { isObject } from '../validation/compile.ts';
import { contractSchema, isSchemaName } from '../validation/validate.ts';
import type { Modernised } from './alias.ts';

/** Names under which clients give the session, and which of them a schema may have. */
const SESSION_FIELDS = ['sessionKey', 'key', 'sessionId'] as const;

/**
 * Params whose session is named by a field that the method's schema does not have (`sessionId` or `key` for
 * `sessionKey`, and the other way round), under the name it has; undefined when that is not the matter.
 */
export function modernParams(schemaName: string, params: unknown): Modernised | undefined {
  if (!isObject(params) || !isSchemaName(schemaName)) return undefined;
  const { properties } = contractSchema(schemaName);
  if (!isObject(properties)) return undefined;
  const has = (field: string): boolean => Object.hasOwn(properties, field);
  const wanted = SESSION_FIELDS.filter((field) => has(field) && params[field] === undefined);
  const given = SESSION_FIELDS.filter((field) => !has(field) && typeof params[field] === 'string');
  const [name] = wanted;
  const [legacy] = given;
  if (name === undefined || legacy === undefined || given.length > 1) return undefined;
  const { [legacy]: session, ...others } = params;
  return { value: { ...others, [name]: session }, aliases: ['session-field'] };
}
