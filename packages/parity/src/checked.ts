import type { Static, TSchema } from 'typebox';
import { Check, Errors } from 'typebox/value';

/** The value, typed, when it fits the schema. Throws with `what` and the first place that is wrong. */
export function checked<S extends TSchema>(schema: S, value: unknown, what: string): Static<S> {
  if (Check(schema, value)) return value;
  const [first] = Errors(schema, value);
  throw new Error(`${what}: ${first?.instancePath || 'the value'} ${first?.message ?? 'is wrong'}`);
}
