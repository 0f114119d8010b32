import type { Outcomes } from '../evidence/outcomes.ts';
import { type VerdictScore, verdictTable } from '../verdicts/verdict-score.ts';

export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly notCovered: number;
}

/** One line of the scorecard: what is required of a subsystem, and the recordings and rules that were compared. */
export interface ScoreRow {
  readonly name: string;
  readonly requirements: Count;
  /** Traces, and cases of golden tables. */
  readonly evidence: Count;
}

export interface Scorecard {
  readonly release: string;
  readonly requirements: Count;
  readonly evidence: Count;
  /** Worst first. */
  readonly rows: readonly ScoreRow[];
  /** Every piece of evidence that ran; the manifest is checked against it. */
  readonly outcomes: Outcomes;
  /** How well the defender judges the red-team corpus. */
  readonly verdicts: readonly VerdictScore[];
}

/** Adds the rows up and puts the worst first: failures, then what is not covered, then names. */
export function scorecardOf(
  release: string,
  rows: readonly ScoreRow[],
  outcomes: Outcomes,
  verdicts: readonly VerdictScore[] = [],
): Scorecard {
  const worst = (a: ScoreRow, b: ScoreRow): number =>
    b.requirements.failed + b.evidence.failed - a.requirements.failed - a.evidence.failed ||
    b.requirements.notCovered - a.requirements.notCovered ||
    a.name.localeCompare(b.name, 'en');
  return {
    release,
    requirements: sum(rows.map(({ requirements }) => requirements)),
    evidence: sum(rows.map(({ evidence }) => evidence)),
    rows: rows.toSorted(worst),
    outcomes,
    verdicts,
  };
}

export const NOTHING: Count = { passed: 0, failed: 0, notCovered: 0 };

export const sum = (counts: readonly Count[]): Count =>
  counts.reduce(
    (total, count) => ({
      passed: total.passed + count.passed,
      failed: total.failed + count.failed,
      notCovered: total.notCovered + count.notCovered,
    }),
    NOTHING,
  );

/**
 * The scorecard as one screen of Markdown: a line for each subsystem with something to do, one line for those that pass
 * whole and one for those that are not begun.
 */
export function scorecardMarkdown(card: Scorecard): string {
  const isWhole = ({ requirements, evidence }: ScoreRow): boolean =>
    requirements.failed + requirements.notCovered + evidence.failed + evidence.notCovered === 0;
  const isUnbegun = ({ requirements, evidence }: ScoreRow): boolean =>
    requirements.passed + requirements.failed + evidence.passed + evidence.failed === 0;
  const open = card.rows.filter((row) => !isWhole(row) && !isUnbegun(row));
  const { requirements, evidence } = card;
  return `${[
    '# Parity scorecard',
    '',
    `Release ${card.release} against OpenClaw 2026.2.17, by \`npm run -s parity -- score\`.`,
    `Of ${total(requirements)} requirements ([manifest](manifest.json)) **${requirements.passed} pass, ` +
      `${requirements.failed} fail, ${requirements.notCovered} are not covered yet.**`,
    `Of ${total(evidence)} recorded traces and rule cases ${evidence.passed} pass, ${evidence.failed} fail, ` +
      `${evidence.notCovered} are not covered yet.`,
    '',
    ...(open.length === 0 ? [] : table(open)),
    `Pass whole: ${named(card.rows.filter(isWhole), ({ passed }) => passed)}.`,
    '',
    `Not begun: ${named(card.rows.filter(isUnbegun), ({ notCovered }) => notCovered)}.`,
    ...(card.verdicts.length === 0 ? [] : ['', ...verdictTable(card.verdicts)]),
  ].join('\n')}\n`;
}

const total = ({ passed, failed, notCovered }: Count): number => passed + failed + notCovered;

const table = (rows: readonly ScoreRow[]): readonly string[] => [
  '| subsystem | required: pass | fail | not covered | compared: pass | fail | not covered |',
  '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  ...rows.map(({ name, requirements, evidence }) => `| ${name} | ${cells(requirements)} | ${cells(evidence)} |`),
  '',
];

const cells = ({ passed, failed, notCovered }: Count): string => `${passed} | ${failed} | ${notCovered}`;

const named = (rows: readonly ScoreRow[], count: (requirements: Count) => number): string =>
  rows.length === 0 ? 'nothing' : rows.map(({ name, requirements }) => `${name} ${count(requirements)}`).join(', ');
