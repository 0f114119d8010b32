import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import Type, { type Static } from 'typebox';
import { checked } from '../checked.ts';
import { CHECKOUT } from '../default-gateway.ts';
import { jsonFiles } from '../json-files.ts';
import { parseEvidenceId } from '../manifest/evidence-id.ts';

/** What Vitest's JSON reporter writes, as far as it is read here. */
const ReportSchema = Type.Object({
  testResults: Type.Array(
    Type.Object({
      name: Type.String(),
      assertionResults: Type.Array(
        Type.Object({ fullName: Type.String(), title: Type.String(), status: Type.String() }),
      ),
    }),
  ),
});
type FileReport = Static<typeof ReportSchema>['testResults'][number];

/** Reports of test runs: file of the checkout → what became of its tests. */
export type TestReports = ReadonlyMap<string, FileReport['assertionResults']>;

/** Reads the reports in files and folders. */
export async function loadTestReports(inputs: readonly string[]): Promise<TestReports> {
  const reports = await Promise.all((await jsonFiles(inputs)).map(readReport));
  return new Map(
    reports.flatMap(({ testResults }) =>
      testResults.map(({ name, assertionResults }) => [relative(CHECKOUT, name), assertionResults] as const),
    ),
  );
}

const readReport = async (file: string): Promise<Static<typeof ReportSchema>> =>
  checked(ReportSchema, JSON.parse(await readFile(file, 'utf8')), file);

/**
 * What became of `test:` evidence: of all tests of a file, or of those with the title (alone or behind the titles of
 * their groups). Undefined when none of them ran; a skipped test did not run.
 */
export function testOutcome(reports: TestReports, evidence: string): boolean | undefined {
  const id = parseEvidenceId(evidence);
  if (id?.kind !== 'test') return undefined;
  const tests = (reports.get(id.path) ?? []).filter(
    ({ title, fullName }) => id.title === undefined || title === id.title || fullName === id.title,
  );
  const ran = tests.filter(({ status }) => status === 'passed' || status === 'failed');
  return ran.length === 0 || ran.length < tests.length ? undefined : ran.every(({ status }) => status === 'passed');
}
