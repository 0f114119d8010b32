import { type VerdictScore, verdictTable } from '../verdicts/verdict-score.ts';

/** One line of the scorecard: a subsystem's traces, a golden table or the defender's verdicts. */
export interface ScoreRow {
  readonly name: string;
  readonly kind: 'traces' | 'golden' | 'verdicts';
  readonly passed: number;
  readonly failed: number;
  readonly notCovered: number;
}

export interface Scorecard {
  readonly release: string;
  readonly passed: number;
  readonly failed: number;
  readonly notCovered: number;
  /** Worst first. */
  readonly rows: readonly ScoreRow[];
  /** How well the defender judges the red-team corpus. */
  readonly verdicts: readonly VerdictScore[];
}

/** Adds the rows up and puts the worst first: failures, then what is not covered, then names. */
export function scorecardOf(
  release: string,
  rows: readonly ScoreRow[],
  verdicts: readonly VerdictScore[] = [],
): Scorecard {
  const sum = (count: (row: ScoreRow) => number): number => rows.reduce((total, row) => total + count(row), 0);
  return {
    release,
    passed: sum((row) => row.passed),
    failed: sum((row) => row.failed),
    notCovered: sum((row) => row.notCovered),
    rows: rows.toSorted(
      (a, b) => b.failed - a.failed || b.notCovered - a.notCovered || a.name.localeCompare(b.name, 'en'),
    ),
    verdicts,
  };
}

/**
 * The scorecard as one screen of Markdown: rows with something to do get a line of their own, what passes whole and
 * what is not begun is named in one line each.
 */
export function scorecardMarkdown(card: Scorecard): string {
  const isWhole = (row: ScoreRow): boolean => row.failed === 0 && row.notCovered === 0;
  const isUnbegun = (row: ScoreRow): boolean => row.passed + row.failed === 0;
  const open = card.rows.filter((row) => !isWhole(row) && !isUnbegun(row));
  const total = card.passed + card.failed + card.notCovered;
  return `${[
    '# Parity scorecard',
    '',
    `Release ${card.release} against OpenClaw 2026.2.17, by \`npm run -s parity -- score\`: ` +
      `**${card.passed} of ${total} pass, ${card.failed} fail, ${card.notCovered} are not covered yet.**`,
    '',
    ...(open.length === 0 ? [] : table(open)),
    `Pass whole: ${named(card.rows.filter(isWhole), (row) => row.passed)}.`,
    '',
    `Not covered yet: ${named(card.rows.filter(isUnbegun), (row) => row.notCovered)}.`,
    ...(card.verdicts.length === 0 ? [] : ['', ...verdictTable(card.verdicts)]),
  ].join('\n')}\n`;
}

const table = (rows: readonly ScoreRow[]): readonly string[] => [
  '| what | kind | pass | fail | not covered |',
  '| --- | --- | ---: | ---: | ---: |',
  ...rows.map((row) => `| ${row.name} | ${row.kind} | ${row.passed} | ${row.failed} | ${row.notCovered} |`),
  '',
];

const named = (rows: readonly ScoreRow[], count: (row: ScoreRow) => number): string =>
  rows.length === 0
    ? 'nothing'
    : rows.map((row) => `${row.name}${row.kind === 'golden' ? ' (table)' : ''} ${count(row)}`).join(', ');
