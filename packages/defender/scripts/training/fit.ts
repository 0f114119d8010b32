import { stretchesOf } from '../../src/learned/text-features.ts';
import { divisorOf } from '../../src/learned/text-score.ts';
import { traitView } from '../../src/text/traits.ts';
import { readings } from '../../src/text/unfold.ts';
import { createDice } from './dice.ts';
import type { LabelledText } from './labelled-text.ts';

/** The features of each stretch of a text, in all its readings. */
export interface Example {
  readonly isAttack: boolean;
  readonly stretches: readonly (readonly number[])[];
  /** How much it counts; 1 for a text that somebody wrote as a whole. */
  readonly weight: number;
}

export interface FitOptions {
  /** Number of weights; a power of two. */
  readonly size: number;
  readonly rounds: number;
  readonly rate: number;
  /** How strongly weights are drawn to zero. */
  readonly decay: number;
}

export function exampleOf({ text, isAttack, setting, weight = 1 }: LabelledText): Example {
  const stretches = readings(text).flatMap((reading) => stretchesOf(traitView(reading.text), setting));
  return {
    isAttack,
    weight,
    stretches: stretches.map((stretch) => {
      const features = new Set<number>();
      stretch.visit((feature) => features.add(feature));
      return [...features];
    }),
  };
}

/** The sum of a stretch's weights, scaled by how many there are, so that long stretches do not shout. */
function scoreOf(features: readonly number[], weights: Float32Array): number {
  let sum = 0;
  for (const feature of features) sum += weights[feature & (weights.length - 1)] ?? 0;
  return sum / divisorOf(features.length);
}

/**
 * Logistic regression by AdaGrad. A text is as bad as its worst stretch, so each round learns from that one. The same
 * examples in the same order give the same weights.
 */
export function fit(examples: readonly Example[], { size, rounds, rate, decay }: FitOptions): Float32Array {
  const weights = new Float32Array(size);
  const steps = new Float32Array(size).fill(1e-6);
  const dice = createDice('fit');
  const attacks = examples.filter(({ isAttack }) => isAttack).length;
  const weightOf = [examples.length / (2 * (examples.length - attacks)), examples.length / (2 * attacks)];
  for (let round = 0; round < rounds; round += 1) {
    for (const { isAttack, stretches, weight: counts } of dice.shuffled(examples)) {
      const worst = worstOf(stretches, weights);
      if (worst === undefined) continue;
      const wanted = isAttack ? 1 : 0;
      const error = (1 / (1 + Math.exp(-scoreOf(worst, weights))) - wanted) * (weightOf[wanted] ?? 1) * counts;
      const scale = 1 / divisorOf(worst.length);
      for (const feature of worst) {
        const at = feature & (size - 1);
        const weight = weights[at] ?? 0;
        const slope = error * scale + decay * weight;
        steps[at] = (steps[at] ?? 0) + slope * slope;
        weights[at] = weight - (rate * slope) / Math.sqrt(steps[at] ?? 1);
      }
    }
  }
  return weights;
}

function worstOf(stretches: readonly (readonly number[])[], weights: Float32Array): readonly number[] | undefined {
  let worst: readonly number[] | undefined;
  let highest = Number.NEGATIVE_INFINITY;
  for (const stretch of stretches) {
    const score = scoreOf(stretch, weights);
    if (score <= highest) continue;
    highest = score;
    worst = stretch;
  }
  return worst;
}

export function textScore({ stretches }: Example, weights: Float32Array): number {
  const worst = worstOf(stretches, weights);
  return worst === undefined ? 0 : scoreOf(worst, weights);
}
