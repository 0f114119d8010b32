import { readFile } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import { checked } from '../checked.ts';

/** The reviewed part of the evidence: what the traces cannot tell of themselves. `*` at the end of an id is any ending. */
const EvidenceRowSchema = Type.Object({
  ids: Type.Array(Type.String()),
  except: Type.Optional(Type.Array(Type.String())),
  evidence: Type.Array(Type.String()),
  better: Type.Optional(Type.String()),
});
export type EvidenceRow = Static<typeof EvidenceRowSchema>;

export async function loadEvidenceMap(): Promise<readonly EvidenceRow[]> {
  const source = await readFile(new URL('../../data/evidence.json', import.meta.url), 'utf8');
  return checked(Type.Array(EvidenceRowSchema), JSON.parse(source), 'evidence.json');
}

export const isAbout = (row: EvidenceRow, id: string): boolean =>
  row.ids.some((pattern) => fits(pattern, id)) && !row.except?.some((pattern) => fits(pattern, id));

/** True when the pattern names the id. */
export const fits = (pattern: string, id: string): boolean =>
  pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : pattern === id;
