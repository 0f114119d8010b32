/**
 * Learns the weights of the text score from the labelled texts in `training/`, the verdict cases and the documents that
 * are installed, and writes `src/learned/weights.ts`. The same texts give the same weights. `--evaluate` writes nothing
 * and shows how texts of each source are judged by what was learned from all others.
 */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { corpusTexts } from './training/corpus-texts.ts';
import { type Example, exampleOf, type FitOptions, fit, textScore } from './training/fit.ts';
import { labelledTexts } from './training/labelled-text.ts';
import { ownDocuments } from './training/own-documents.ts';

const OPTIONS: FitOptions = { size: 2 ** 18, rounds: 14, rate: 0.15, decay: 0.0001 };
const BYTE = 127;
const FALSE_ALARMS = 0.02;

const root = resolve(import.meta.dirname, '..');
const texts = [
  ...(await labelledTexts(join(root, 'training'))),
  ...(await corpusTexts(join(root, '..', 'parity', 'corpus', 'verdicts'))),
  ...(await ownDocuments(resolve(root, '..', '..'))),
];
const examples = texts.map(exampleOf);

if (process.argv.includes('--evaluate')) {
  for (const source of new Set(texts.map((text) => text.source))) {
    const isOwn = (_example: Example, index: number): boolean => texts[index]?.source === source;
    const weights = fit(
      examples.filter((example, index) => !isOwn(example, index)),
      OPTIONS,
    );
    process.stdout.write(`${source}: ${judged(examples.filter(isOwn), weights)}\n`);
  }
} else {
  const weights = fit(examples, OPTIONS);
  await writeFile(join(root, 'src', 'learned', 'weights.ts'), moduleOf(weights));
  process.stdout.write(`${texts.length} texts: ${judged(examples, weights)}\n`);
}

function judged(own: readonly Example[], weights: Float32Array): string {
  const scores = own.map((example) => ({ isAttack: example.isAttack, score: textScore(example, weights) }));
  const harmless = scores.filter(({ isAttack }) => !isAttack).map(({ score }) => score);
  const attacks = scores.filter(({ isAttack }) => isAttack);
  const limit = harmless.toSorted((a, b) => b - a)[Math.floor(harmless.length * FALSE_ALARMS)] ?? 0;
  const share = (least: number): string =>
    `${((100 * attacks.filter(({ score }) => score > least).length) / Math.max(1, attacks.length)).toFixed(1)} %`;
  return `${attacks.length} attacks, ${harmless.length} harmless; recall ${share(limit)} at ${100 * FALSE_ALARMS} % false alarms, ${share(0)} above 0`;
}

/** Weights as one byte each. */
function moduleOf(weights: Float32Array): string {
  const scale = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / BYTE;
  const values = Int8Array.from(weights, (weight) => Math.round(weight / scale));
  return `// Written by scripts/train-text-score.ts from the texts in training/. Do not edit.
/** A weight is its byte times this. */
export const SCALE = ${scale.toPrecision(8)};
/** Signed bytes, packed by gzip, in base64. */
export const VALUES =
  '${gzipSync(values, { level: 9 }).toString('base64')}';
`;
}
