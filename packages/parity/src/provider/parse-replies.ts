import Type from 'typebox';
import { checked } from '../checked.ts';
import { type Reply, ReplySchema } from './reply.ts';

const ScriptSchema = Type.Array(ReplySchema);

/** Checks a script that came from a file or a request. Throws with the first place that is wrong. */
export const parseReplies = (value: unknown): readonly Reply[] => checked(ScriptSchema, value, 'provider script');
