import { loadChannelCases } from '../channels/channel-case.ts';
import { runChannelCases } from '../channels/run-channel-cases.ts';
import { CORPUS_CHANNELS, CORPUS_GOLDEN, CORPUS_TRACES, CORPUS_VERDICTS } from '../default-gateway.ts';
import { outcomeLookup, outcomesOf } from '../evidence/outcomes.ts';
import { runTables, type TablesResult } from '../golden/run-tables.ts';
import { loadRunners } from '../golden/runners.ts';
import { loadTables } from '../golden/table.ts';
import { buildManifest } from '../manifest/build-manifest.ts';
import { loadScenarios, scenarioName } from '../scenario/load-scenarios.ts';
import { runBatches } from '../scenario/run-batches.ts';
import { replayScenario } from '../scenario/run-scenario.ts';
import { BENCH_FILE, benchOutcomes, testOutcomes } from '../scorecard/claimed-outcomes.ts';
import { isTraceCovered, loadCoverage } from '../scorecard/coverage.ts';
import { channelCounts, scoreRows, tableCounts, traceCounts } from '../scorecard/score-rows.ts';
import { scorecardMarkdown, scorecardOf } from '../scorecard/scorecard.ts';
import { SCORECARD_FOLDER, saveScorecard } from '../scorecard/scorecard-file.ts';
import { runVerdicts } from '../verdicts/run-verdicts.ts';
import { loadVerdictCases } from '../verdicts/verdict-case.ts';
import { keepsPromise, verdictScores } from '../verdicts/verdict-score.ts';
import { type Command, parseArguments, UsageError } from './command.ts';
import { batchOptions, GATEWAY_OPTIONS } from './gateway-options.ts';
import { createTally, tallyLine } from './tally.ts';

/** `parity score`: runs what the release claims and writes the scorecard. */
export const score: Command = {
  usage: `parity score [options]    run what coverage.json and the manifest claim and write the scorecard
  --tests FILE        JSON report of a test run, or a folder of them (repeatable); without it the named tests are run
  --bench FILE        results of the bench (default: parity/bench.json)
  --out DIR           where SCORECARD.md and scorecard.json go (default: parity/ of the checkout)
  --gateway-cmd, --jobs, --fresh, --boot-ms, --keep, --json, --verbose as in replay`,
  async run(args, io) {
    const options = {
      ...GATEWAY_OPTIONS,
      tests: { type: 'string', multiple: true, default: [] as string[] },
      bench: { type: 'string', default: BENCH_FILE },
      out: { type: 'string', default: SCORECARD_FOLDER },
    } as const;
    const { values, positionals } = parseArguments(args, options);
    if (positionals.length > 0) throw new UsageError('score takes no files: it goes by coverage.json');
    const batch = batchOptions(values, io);
    const [coverage, entries, tables, cases, manifest] = await Promise.all([
      loadCoverage(),
      loadScenarios([CORPUS_TRACES], values.only),
      loadTables([CORPUS_GOLDEN]),
      loadChannelCases([CORPUS_CHANNELS], values.only),
      buildManifest(),
    ]);
    const claimed = entries.filter(({ scenario }) => isTraceCovered(coverage, scenarioName(scenario)));
    const claimedCases = cases.filter((one) => coverage.channels.includes(one.case.channel));
    const tally = createTally(claimed.length + claimedCases.length, io);
    const told = ({ ok, name, problems }: Told): void => {
      tally.add(ok);
      if (!ok || values.verbose) io.note(`${ok ? 'ok  ' : 'FAIL'} ${name}`);
      if (values.verbose) for (const problem of problems) io.note(`       ${problem}`);
    };
    const results = await runBatches(
      claimed,
      batch,
      ({ scenario }, gateway) => replayScenario(scenario, gateway, { allowExtra: false }),
      told,
    );
    const played = await runChannelCases(claimedCases, { ...batch, signal: io.signal }, told);
    const golden = await runTables(tables, await loadRunners());
    const verdicts = verdictScores(await runVerdicts(await loadVerdictCases([CORPUS_VERDICTS])));
    const outcomes = outcomesOf([
      ['verdicts:corpus', keepsPromise(verdicts)],
      ...results.map(({ name, ok }) => [`trace:${name}`, ok] as const),
      ...tableResults(golden),
      ...played.map(({ name, ok }) => [`case:${name}`, ok] as const),
      ...(await testOutcomes(manifest, values.tests, io.signal)),
      ...(await benchOutcomes(manifest, values.bench)),
    ]);
    const compared = [
      ...traceCounts(entries, results),
      ...tableCounts(tables, golden, coverage),
      ...channelCounts(cases, played),
    ];
    const rows = scoreRows(manifest, compared, outcomeLookup(outcomes));
    const card = scorecardOf(coverage.release, rows, outcomes, verdicts);
    await saveScorecard(card, values.out);
    io.out(values.json ? JSON.stringify(card, null, 2) : scorecardMarkdown(card));
    for (const id of outcomes.failed) io.note(`FAIL ${id}`);
    (values.json ? io.note : io.out)(tallyLine(card.evidence.passed, card.evidence.failed));
    return card.evidence.failed + outcomes.failed.length > 0 ? 1 : 0;
  },
};

interface Told {
  readonly ok: boolean;
  readonly name: string;
  readonly problems: readonly string[];
}

/** A table passed when each of its cases did. */
const tableResults = ({ cases }: TablesResult): readonly (readonly [id: string, ok: boolean])[] =>
  cases.map(({ table, ok }) => [`table:${table}`, ok] as const);
