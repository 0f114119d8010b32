import { expect, test } from 'vitest';
import { checkCase } from './check-case.ts';

const table = { rule: 'a rule', cases: [] };

test('no value is null, and absent members are undefined', async () => {
  expect(await checkCase(() => undefined, { id: '1', in: {}, out: null }, table)).toEqual([]);
  expect(await checkCase(() => ({ a: 1, b: undefined }), { id: '2', in: {}, out: { a: 1 } }, table)).toEqual([]);
});

test('what a runner throws is compared as an error', async () => {
  const refuse = (): never => {
    throw new Error('invalid duration: abc');
  };
  expect(await checkCase(refuse, { id: '1', in: {}, out: { error: 'invalid duration: abc' } }, table)).toEqual([]);
  expect(await checkCase(refuse, { id: '2', in: {}, out: 5 }, table)).toHaveLength(1);
});

test('the words of a cron parser do not matter, its refusal does', async () => {
  const want = { id: '1', in: {}, out: { error: 'CronDate: no such zone' } };
  expect(await checkCase(() => ({ error: 'bad zone' }), want, table)).toEqual([]);
  expect(await checkCase(() => 7, want, table)).toHaveLength(1);
});

test('a table compared by facts takes another wording', async () => {
  const want = { id: '1', in: {}, out: 'Valid levels: off, low.' };
  const say = (): string => 'One of off or low, please.';
  expect(await checkCase(say, want, { ...table, compare: 'facts' })).toEqual([]);
  expect(await checkCase(say, want, table)).toHaveLength(1);
});
