import { access, writeFile } from 'node:fs/promises';
import { loadBenchResults } from '../evidence/bench-results.ts';
import { outcomeLookup } from '../evidence/outcomes.ts';
import { runTests } from '../evidence/run-tests.ts';
import { loadTestReports, type TestReports, testOutcome } from '../evidence/test-reports.ts';
import { figuresOf } from '../gate/figures.ts';
import { loadGateRules } from '../gate/gate-rules.ts';
import { gateMarkdown, gateText } from '../gate/report-text.ts';
import { gateReport } from '../gate/verdict.ts';
import { parseEvidenceId } from '../manifest/evidence-id.ts';
import { loadThresholds } from '../manifest/thresholds.ts';
import { BENCH_FILE } from '../scorecard/claimed-outcomes.ts';
import { loadScorecard, SCORECARD_FOLDER } from '../scorecard/scorecard-file.ts';
import { type Command, type CommandIo, parseArguments, UsageError } from './command.ts';

/** `parity gate`: one verdict on a release from the scorecard, the figures of the bench and the security suite. */
export const gate: Command = {
  usage: `parity gate [options]    may this be released? Exit code 1: no
  --scorecard DIR     folder of the last score (default: parity/ of the checkout)
  --bench FILE        results of the bench (default: parity/bench.json)
  --tests FILE        JSON report of a test run with the security suite, or a folder (repeatable); without it the suite runs
  --md FILE           write the report as Markdown
  --json              the report as one JSON document on stdout`,
  async run(args, io) {
    const options = {
      scorecard: { type: 'string', default: SCORECARD_FOLDER },
      bench: { type: 'string', default: BENCH_FILE },
      tests: { type: 'string', multiple: true, default: [] as string[] },
      md: { type: 'string' },
      json: { type: 'boolean', default: false },
    } as const;
    const { values, positionals } = parseArguments(args, options);
    if (positionals.length > 0) throw new UsageError(`gate takes no ${positionals[0]}`);
    const [card, rules, thresholds] = await Promise.all([
      loadScorecard(values.scorecard),
      loadGateRules(),
      loadThresholds(),
    ]);
    const results = (await exists(values.bench)) ? await loadBenchResults(values.bench) : undefined;
    const reports = await suiteReports(rules.securitySuite, values.tests, io);
    const scored = outcomeLookup(card.outcomes);
    const outcome = (id: string): string => {
      const ok = testOutcome(reports, id);
      return ok === undefined ? scored(id) : ok ? 'passed' : 'failed';
    };
    const report = gateReport(card, figuresOf(thresholds, results), rules, outcome);
    if (values.md) await writeFile(values.md, gateMarkdown(report));
    io.out(values.json ? JSON.stringify(report, null, 2) : gateText(report));
    return report.releasable ? 0 : 1;
  },
};

async function suiteReports(suite: readonly string[], files: readonly string[], io: CommandIo): Promise<TestReports> {
  if (files.length > 0) return loadTestReports(files);
  const paths = suite.flatMap((id) => {
    const parsed = parseEvidenceId(id);
    return parsed?.kind === 'test' ? [parsed.path] : [];
  });
  return runTests([...new Set(paths)], io.signal);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
