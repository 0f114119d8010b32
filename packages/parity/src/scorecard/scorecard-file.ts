import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import { checked } from '../checked.ts';
import { CHECKOUT } from '../default-gateway.ts';
import { type Scorecard, scorecardMarkdown } from './scorecard.ts';

const PAGE = 'SCORECARD.md';
const DATA = 'scorecard.json';
export const SCORECARD_FOLDER = join(CHECKOUT, 'parity');

const CountSchema = Type.Object({ passed: Type.Number(), failed: Type.Number(), notCovered: Type.Number() });
const ScorecardSchema = Type.Object({
  release: Type.String(),
  requirements: CountSchema,
  evidence: CountSchema,
  rows: Type.Array(Type.Object({ name: Type.String(), requirements: CountSchema, evidence: CountSchema })),
  outcomes: Type.Object({ passed: Type.Array(Type.String()), failed: Type.Array(Type.String()) }),
  verdicts: Type.Optional(
    Type.Array(
      Type.Object({
        category: Type.String(),
        cases: Type.Number(),
        failed: Type.Number(),
        recall: Type.Optional(Type.Number()),
        falseAlarms: Type.Optional(Type.Number()),
        p95Ms: Type.Number(),
      }),
    ),
  ),
});

export async function saveScorecard(card: Scorecard, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, DATA), `${JSON.stringify(card, null, 1)}\n`);
  await writeFile(join(folder, PAGE), scorecardMarkdown(card));
}

/** The last score. */
export async function loadScorecard(folder: string): Promise<Scorecard> {
  const file = join(folder, DATA);
  const card = checked(ScorecardSchema, JSON.parse(await readFile(file, 'utf8')), file);
  return { ...card, verdicts: card.verdicts ?? [] };
}
