import { expect, test } from 'vitest';
import { scorecardMarkdown, scorecardOf } from './scorecard.ts';

const rows = [
  { name: 'chat', kind: 'traces', passed: 19, failed: 0, notCovered: 0 },
  { name: 'cron', kind: 'traces', passed: 0, failed: 0, notCovered: 8 },
  { name: 'agent', kind: 'traces', passed: 6, failed: 2, notCovered: 0 },
] as const;

test('the worst comes first and everything is added up', () => {
  const card = scorecardOf('1.0.0', rows);
  expect(card).toMatchObject({ passed: 25, failed: 2, notCovered: 8 });
  expect(card.rows.map(({ name }) => name)).toEqual(['agent', 'cron', 'chat']);
});

test('the page tells failures in a table and the rest in a line each', () => {
  const page = scorecardMarkdown(scorecardOf('1.0.0', rows));
  expect(page).toContain('| agent | traces | 6 | 2 | 0 |');
  expect(page).toContain('Pass whole: chat 19.');
  expect(page).toContain('Not covered yet: cron 8.');
  expect(page.split('\n').length).toBeLessThan(50);
});
