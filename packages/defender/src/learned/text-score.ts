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
const SHORTEST_REASON = 2;

export function createTextScorer({ values, scale }: TextWeights): TextScorer {
  const mask = values.length - 1;
  // Which stretch a weight was last counted for: each feature counts once in a stretch.
  const counted = new Uint32Array(values.length);
  let stretchNumber = 0;
  const scoreOf = (stretch: Stretch): number => {
    stretchNumber += 1;
    let sum = 0;
    let features = 0;
    stretch.visit((feature) => {
      const at = feature & mask;
      if (counted[at] === stretchNumber) return;
      counted[at] = stretchNumber;
      features += 1;
      sum += values[at] ?? 0;
    });
    return (sum * scale) / divisorOf(features);
  };
  return (view, setting) => {
    let worst: Stretch | undefined;
    let highest = Number.NEGATIVE_INFINITY;
    for (const stretch of stretchesOf(view, setting)) {
      const score = scoreOf(stretch);
      if (score <= highest) continue;
      highest = score;
      worst = stretch;
    }
    const found = worst;
    if (found === undefined) return undefined;
    return { score: highest, words: () => strongest(found, (feature) => values[feature & mask] ?? 0, view.text) };
  };
}

/** What a stretch's sum is divided by, so that long ones do not shout. */
export function divisorOf(features: number): number {
  return Math.sqrt(Math.max(features, LEAST_FEATURES));
}

function strongest(stretch: Stretch, weightOf: (feature: number) => number, text: string): readonly string[] {
  const spans: { readonly weight: number; readonly from: number; readonly to: number }[] = [];
  stretch.visit((feature, from, to) => {
    const weight = weightOf(feature);
    if (weight > 0 && to - from >= SHORTEST_REASON) spans.push({ weight, from, to });
  });
  const chosen: typeof spans = [];
  for (const span of spans.toSorted((a, b) => b.weight - a.weight)) {
    if (chosen.length === MAX_WORDS) break;
    if (!chosen.some(({ from, to }) => from < span.to && span.from < to)) chosen.push(span);
  }
  return chosen.toSorted((a, b) => a.from - b.from).map(({ from, to }) => text.slice(from, to));
}
