import { expect, test } from 'vitest';
import { outcomeLookup, outcomesOf } from '../evidence/outcomes.ts';
import { requirementStatus } from './requirement-status.ts';
import { channelCounts, scoreRows } from './score-rows.ts';
import { scorecardMarkdown, scorecardOf } from './scorecard.ts';

const outcomes = outcomesOf([
  ['trace:chat/send', true],
  ['trace:chat/abort', true],
  ['trace:cron/add', false],
]);
const outcome = outcomeLookup(outcomes);
const requirement = (id: string, subsystem: string, evidence: readonly string[]) => ({
  id,
  subsystem,
  title: id,
  source: 'somewhere',
  evidence: [...evidence],
});
const manifest = [
  requirement('method/chat.send', 'chat', ['trace:chat/send', 'trace:chat/abort']),
  requirement('method/cron.add', 'automation', ['trace:chat/send', 'trace:cron/add']),
  requirement('method/cron.run', 'automation', []),
  requirement('method/tts.status', 'speech', []),
];
const compared = [
  ['chat', { passed: 2, failed: 0, notCovered: 0 }],
  ['automation', { passed: 0, failed: 1, notCovered: 7 }],
] as const;
const card = scorecardOf('1.0.0', scoreRows(manifest, compared, outcome), outcomes);

test('a requirement passes with all its evidence, fails with any, and needs some', () => {
  expect(requirementStatus({ evidence: ['trace:chat/send'] }, outcome)).toBe('passed');
  expect(requirementStatus({ evidence: ['trace:chat/send', 'trace:cron/add'] }, outcome)).toBe('failed');
  expect(requirementStatus({ evidence: ['trace:chat/send', 'test:never-ran'] }, outcome)).toBe('not covered');
  expect(requirementStatus({ evidence: [] }, outcome)).toBe('not covered');
});

test('the same evidence that failed once has failed', () => {
  expect(
    outcomesOf([
      ['a', true],
      ['a', false],
    ]),
  ).toEqual({ passed: [], failed: ['a'] });
});

test('the worst comes first and everything is added up', () => {
  expect(card.requirements).toEqual({ passed: 1, failed: 1, notCovered: 2 });
  expect(card.evidence).toEqual({ passed: 2, failed: 1, notCovered: 7 });
  expect(card.rows.map(({ name }) => name)).toEqual(['automation', 'speech', 'chat']);
});

test('the page gives a line to what has something to do and names the rest', () => {
  const page = scorecardMarkdown(card);
  expect(page).toContain('| automation | 0 | 1 | 1 | 0 | 1 | 7 |');
  expect(page).toContain('Pass whole: chat 1.');
  expect(page).toContain('Not begun: speech 1.');
  expect(page.split('\n').length).toBeLessThan(50);
});

test('cases of a channel are counted by what became of them', () => {
  const one = (channel: string, id: string) => ({
    format: 'whole' as const,
    file: `${id}.json`,
    case: { id, channel, steps: [], model: [], expected: {} },
  });
  const result = (name: string, ok: boolean) => ({ name, ok, problems: [], ms: 1 });
  expect(
    channelCounts(
      [one('telegram', 'tg-001'), one('telegram', 'tg-002'), one('telegram', 'tg-003'), one('irc', 'irc/dm')],
      [result('telegram/tg-001', true), result('telegram/tg-002', false), result('irc/dm', true)],
    ),
  ).toEqual([
    ['channel telegram', { passed: 1, failed: 1, notCovered: 1 }],
    ['channel irc', { passed: 1, failed: 0, notCovered: 0 }],
  ]);
});
