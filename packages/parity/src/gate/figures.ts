import { type BenchResults, isReached, measuredFigure } from '../evidence/bench-results.ts';
import type { Threshold } from '../manifest/thresholds.ts';
import type { Figure } from './verdict.ts';

const SHOWN_DIGITS = 3;

/** Each threshold with what was measured; without results nothing was. */
export const figuresOf = (thresholds: readonly Threshold[], results: BenchResults | undefined): readonly Figure[] =>
  thresholds.map((threshold) => {
    const figure = results && measuredFigure(results, threshold);
    return {
      id: threshold.id,
      title: threshold.title,
      figure: figure === undefined ? undefined : Number(figure.toPrecision(SHOWN_DIGITS)),
      bound: boundText(threshold),
      verdict: figure === undefined ? 'not measured' : isReached(figure, threshold) ? 'reached' : 'missed',
    };
  });

const boundText = ({ of, atMost, atLeast }: Threshold): string =>
  `${of} ${atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`}`;
