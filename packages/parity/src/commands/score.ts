import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKOUT, CORPUS_GOLDEN, CORPUS_TRACES, CORPUS_VERDICTS } from '../default-gateway.ts';
import { runTables } from '../golden/run-tables.ts';
import { loadRunners } from '../golden/runners.ts';
import { loadTables } from '../golden/table.ts';
import { loadScenarios, scenarioName } from '../scenario/load-scenarios.ts';
import { runBatches } from '../scenario/run-batches.ts';
import { replayScenario } from '../scenario/run-scenario.ts';
import { isTraceCovered, loadCoverage } from '../scorecard/coverage.ts';
import { goldenRows, traceRows, verdictRow } from '../scorecard/score-rows.ts';
import { scorecardMarkdown, scorecardOf } from '../scorecard/scorecard.ts';
import { runVerdicts } from '../verdicts/run-verdicts.ts';
import { loadVerdictCases } from '../verdicts/verdict-case.ts';
import { verdictScores } from '../verdicts/verdict-score.ts';
import { type Command, parseArguments, UsageError } from './command.ts';
import { batchOptions, GATEWAY_OPTIONS } from './gateway-options.ts';
import { createTally, tallyLine } from './tally.ts';

/** `parity score`: runs what the release claims and writes the scorecard. */
export const score: Command = {
  usage: `parity score [options]    run the corpus as far as coverage.json claims it and write the scorecard
  --out DIR           where SCORECARD.md and scorecard.json go (default: parity/ of the checkout)
  --gateway-cmd, --jobs, --fresh, --boot-ms, --keep, --json, --verbose as in replay`,
  async run(args, io) {
    const options = { ...GATEWAY_OPTIONS, out: { type: 'string' } } as const;
    const { values, positionals } = parseArguments(args, options);
    if (positionals.length > 0) throw new UsageError('score takes no files: it goes by coverage.json');
    const batch = batchOptions(values, io);
    const [coverage, entries, tables] = await Promise.all([
      loadCoverage(),
      loadScenarios([CORPUS_TRACES], values.only),
      loadTables([CORPUS_GOLDEN]),
    ]);
    const claimed = entries.filter(({ scenario }) => isTraceCovered(coverage, scenarioName(scenario)));
    const tally = createTally(claimed.length, io);
    const results = await runBatches(
      claimed,
      batch,
      ({ scenario }, gateway) => replayScenario(scenario, gateway, { allowExtra: false }),
      (result) => {
        tally.add(result.ok);
        if (!result.ok || values.verbose) io.note(`${result.ok ? 'ok  ' : 'FAIL'} ${result.name}`);
        if (values.verbose) for (const problem of result.problems) io.note(`       ${problem}`);
      },
    );
    const golden = await runTables(tables, await loadRunners());
    const verdicts = verdictScores(await runVerdicts(await loadVerdictCases([CORPUS_VERDICTS])));
    const rows = [...traceRows(entries, results), ...goldenRows(tables, golden, coverage), verdictRow(verdicts)];
    const card = scorecardOf(coverage.release, rows, verdicts);
    const folder = values.out ?? join(CHECKOUT, 'parity');
    const json = JSON.stringify(card, null, 2);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'scorecard.json'), `${json}\n`);
    await writeFile(join(folder, 'SCORECARD.md'), scorecardMarkdown(card));
    io.out(values.json ? json : scorecardMarkdown(card));
    (values.json ? io.note : io.out)(tallyLine(card.passed, card.failed));
    return card.failed ? 1 : 0;
  },
};
