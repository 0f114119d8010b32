import { readFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import { checked } from '../checked.ts';

/** A difference that is meant: where it shows, why, and the row of docs/compatibility.md that tells people. */
const ExplainedSchema = Type.Object({
  trace: Type.String({ description: 'group/name, or the beginning of it with * at the end' }),
  path: Type.String({ description: 'regular expression on the line of the difference' }),
  reason: Type.String(),
  row: Type.String(),
});
export type Explained = Static<typeof ExplainedSchema>;

/** The explained differences (data/explained-differences.json). */
export async function loadExplained(): Promise<readonly Explained[]> {
  const source = await readFile(new URL('../../data/explained-differences.json', import.meta.url), 'utf8');
  return checked(Type.Array(ExplainedSchema), JSON.parse(source), 'explained-differences.json');
}

/** The explanation of a difference in a trace; undefined when there is none. */
export const explanationOf = (list: readonly Explained[], trace: string, difference: string): Explained | undefined =>
  list.find(
    ({ trace: pattern, path }) =>
      (pattern.endsWith('*') ? trace.startsWith(pattern.slice(0, -1)) : trace === pattern) &&
      new RegExp(path).test(difference),
  );
