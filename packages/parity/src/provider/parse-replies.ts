import Type from 'typebox';
import { Check, Errors } from 'typebox/value';
import { type Reply, ReplySchema } from './reply.ts';

const ScriptSchema = Type.Array(ReplySchema);

/** Checks a script that came from a file or a request. Throws with the first place that is wrong. */
export function parseReplies(value: unknown): readonly Reply[] {
  if (Check(ScriptSchema, value)) return value;
  const [first] = Errors(ScriptSchema, value);
  throw new Error(`a script is a list of replies; ${first?.instancePath || 'it'} ${first?.message ?? 'is wrong'}`);
}
