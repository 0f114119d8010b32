import { expect, test } from 'vitest';
import { scorecardOf } from '../scorecard/scorecard.ts';
import { figuresOf } from './figures.ts';
import { gateMarkdown, gateText } from './report-text.ts';
import { gateReport } from './verdict.ts';

const count = (passed: number, failed: number, notCovered: number) => ({ passed, failed, notCovered });
const row = (name: string, requirements = count(1, 0, 0), evidence = count(1, 0, 0)) => ({
  name,
  requirements,
  evidence,
});
const cardOf = (...rows: readonly ReturnType<typeof row>[]) => scorecardOf('1.0.0', rows, { passed: [], failed: [] });
const rules = { mustBeCovered: ['chat', 'security'], securitySuite: ['test:a.test.ts'] };
const passed = (): string => 'passed';
const threshold = { id: 'start', title: 'start', suite: 's', metric: 'm', of: 'ratio', atMost: 0.5 } as const;

const resultsWith = (own: number) => ({
  startedAt: '2026-01-01T00:00:00Z',
  gateways: [{ name: 'original' }, { name: 'chela' }],
  metrics: [
    {
      suite: 's',
      metric: 'm',
      values: { original: { p50: 100, p95: 100, max: 100 }, chela: { p50: own, p95: own, max: own } },
    },
  ],
});

test('what must be covered blocks until it is begun; the rest may be partial', () => {
  const open = gateReport(
    cardOf(
      row('chat', count(1, 0, 9)),
      row('security', count(0, 0, 30), count(0, 0, 0)),
      row('page', count(0, 0, 3), count(0, 0, 0)),
    ),
    [],
    rules,
    passed,
  );
  expect(open.releasable).toBe(false);
  expect(open.blockers).toEqual(['security: not covered']);
  expect(open.subsystems.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['security', 'not covered'],
    ['page', 'not covered'],
    ['chat', 'partial'],
  ]);
});

test('a failing requirement, a missed figure and a test of the security suite that did not pass each block', () => {
  const report = gateReport(
    cardOf(row('chat', count(1, 1, 0)), row('security')),
    figuresOf([threshold], resultsWith(60)),
    rules,
    () => 'did not run',
  );
  expect(report.blockers).toEqual([
    'chat: something it claims fails',
    'start: measured 0.6',
    'security suite: test:a.test.ts did not run',
  ]);
});

test('with everything in place it says so, in text and on the page', () => {
  const figures = figuresOf([threshold, { ...threshold, id: 'other', metric: 'unknown' }], resultsWith(40));
  const report = gateReport(cardOf(row('chat'), row('security')), figures, rules, passed);
  expect(report.releasable).toBe(true);
  expect(gateText(report)).toContain('Release 1.0.0 is releasable.');
  expect(gateText(report)).toContain('Figures: 1 reached, 0 missed, 1 not measured.');
  expect(gateMarkdown(report)).toContain('| start | ratio ≤ 0.5 | 0.4 | reached |');
});
