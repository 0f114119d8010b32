import type { TraitView } from '../text/traits.ts';
import { type Setting, type Stretch, stretchesOf } from './text-features.ts';

/** The stretch of a text that looks most like an order to the assistant. */
export interface LearnedFind {
  /** Log-odds as learned: above zero it looks more like an attack than not. */
  readonly score: number;
  /** The words that spoke most for it, in the order of the text. */
  words(): readonly string[];
}

/** Scores a window of text; undefined when there is nothing in it. */
export type TextScorer = (view: TraitView, setting: Setting) => LearnedFind | undefined;

/** A feature's weight is `values[its lowest bits] * scale`. */
export interface TextWeights {
  /** As many as a power of two. */
  readonly values: Int8Array;
  readonly scale: number;
}

/** Short stretches are not scaled up: few words prove little. */
const LEAST_FEATURES = 60;
/** Words that are named as reasons. */
const MAX_WORDS = 3;

export function createTextScorer({ values, scale }: TextWeights): TextScorer {
  const mask = values.length - 1;
  return (view, setting) => {
    let worst: Stretch | undefined;
    let highest = Number.NEGATIVE_INFINITY;
    for (const stretch of stretchesOf(view, setting)) {
      let sum = 0;
      for (const feature of stretch.features) sum += values[feature & mask] ?? 0;
      const score = (sum * scale) / scaleOf(stretch);
      if (score <= highest) continue;
      highest = score;
      worst = stretch;
    }
    const found = worst;
    if (found === undefined) return undefined;
    const words = (): readonly string[] => {
      const weights = found.features.map((feature) => values[feature & mask] ?? 0);
      return strongest(found, weights, view.text);
    };
    return { score: highest, words };
  };
}

/** What a stretch's sum is divided by, so that long ones do not shout. */
export function scaleOf({ features }: Stretch): number {
  return Math.sqrt(Math.max(features.length, LEAST_FEATURES));
}

function strongest({ spans }: Stretch, weights: readonly number[], text: string): readonly string[] {
  const chosen: (readonly [number, number])[] = [];
  const order = spans.map((_, index) => index).toSorted((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0));
  for (const index of order) {
    const span = spans[index];
    if (span === undefined || (weights[index] ?? 0) <= 0 || chosen.length === MAX_WORDS) break;
    if (span[1] - span[0] < 2 || chosen.some(([from, to]) => from < span[1] && span[0] < to)) continue;
    chosen.push(span);
  }
  return chosen.toSorted((a, b) => a[0] - b[0]).map(([from, to]) => text.slice(from, to));
}
