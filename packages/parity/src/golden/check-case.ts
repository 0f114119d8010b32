import { diff } from '../compare/diff.ts';
import { jsonCopy, memberOf, stringOf } from '../json-value.ts';
import type { GoldenRunner } from './runners.ts';
import type { GoldenCase, GoldenTable } from './table.ts';

/** Errors that a cron parser words; only that there is one is part of the contract. */
const THIRD_PARTY_ERROR = /^Cron(Date|Pattern)\b/;

/** What differs between a runner's answer and the case; empty: nothing. */
export async function checkCase(
  run: GoldenRunner,
  goldenCase: GoldenCase,
  table: GoldenTable,
): Promise<readonly string[]> {
  const got = await answerOf(run, goldenCase, table);
  const want = goldenCase.out;
  const wantedError = stringOf(memberOf(want, 'error'));
  if (wantedError !== undefined && THIRD_PARTY_ERROR.test(wantedError)) {
    return stringOf(memberOf(got, 'error')) === undefined ? [`error: missing, expected ${wantedError}`] : [];
  }
  const isFacts = (goldenCase.compare ?? table.compare) === 'facts';
  return diff(want, got, { byFacts: () => isFacts });
}

/** No value is null, a thrown error is `{error: message}`, as the tables have it. */
async function answerOf(run: GoldenRunner, goldenCase: GoldenCase, table: GoldenTable): Promise<unknown> {
  try {
    return jsonCopy((await run(structuredClone(goldenCase.in), table)) ?? null);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
