import { explanationOf, loadExplained } from '../compare/explained.ts';
import { originalGatewayCommand } from '../original/original-gateway.ts';
import { loadScenarios, type ScenarioFile, scenarioName } from '../scenario/load-scenarios.ts';
import { runBatches, type ScenarioResult } from '../scenario/run-batches.ts';
import { recordScenario, replayScenario } from '../scenario/run-scenario.ts';
import { type Command, parseArguments, UsageError } from './command.ts';
import { batchOptions, GATEWAY_OPTIONS, GATEWAY_USAGE } from './gateway-options.ts';
import { createResultPrinter } from './results.ts';

/** `parity diff`: drives this gateway and the original with the same steps and the same fake provider and tells where they differ. */
export const diffGateways: Command = {
  usage: `parity diff FILES… [options]    run scenarios beside the original and compare what the two show
  --against CMD       the gateway that is the measure (default: the original, installed from the registry)
${GATEWAY_USAGE}
  --allow-extra       members that only the other gateway lacks are no difference
  --report FILE       write the results as JSON

Differences of data/explained-differences.json are told and do not count.`,
  async run(args, io) {
    const options = {
      ...GATEWAY_OPTIONS,
      against: { type: 'string' },
      'allow-extra': { type: 'boolean', default: false },
      report: { type: 'string' },
    } as const;
    const { values, positionals } = parseArguments(args, options);
    if (positionals.length === 0) throw new UsageError('diff needs files or folders');
    const [measure, explained] = await Promise.all([
      values.against ?? originalGatewayCommand(io.note),
      loadExplained(),
    ]);
    const batch = batchOptions(values, io);
    const entries = await loadScenarios(positionals, values.only);
    const { json, verbose, report } = values;
    const printer = createResultPrinter(entries.length, { mode: 'diff', json, verbose, report }, io);
    io.note('recording the gateway that is the measure');
    const recorded: ScenarioFile[] = [];
    const measured = await runBatches(
      entries,
      { ...batch, gatewayCommand: measure },
      async ({ file, scenario }, gateway) => {
        const seen = await recordScenario(scenario, gateway);
        if (seen.problems.length === 0) recorded.push({ file, scenario: seen.recorded });
        return seen.problems.map((problem) => `the gateway that is the measure: ${problem}`);
      },
      (result) => (result.ok ? undefined : printer.add(result)),
    );
    io.note('comparing');
    const meant: string[] = [];
    const isExplained = (trace: string, line: string): boolean => {
      const explanation = explanationOf(explained, trace, line);
      if (explanation) meant.push(`meant: ${trace} ${line}\n       ${explanation.reason} (${explanation.row})`);
      return explanation !== undefined;
    };
    const compared: readonly ScenarioResult[] = await runBatches(
      recorded,
      batch,
      ({ scenario }, gateway) =>
        replayScenario(scenario, gateway, {
          allowExtra: values['allow-extra'],
          isExplained: (line) => isExplained(scenarioName(scenario), line),
        }),
      printer.add,
    );
    for (const line of meant) io.note(line);
    return printer.finish([...measured.filter((result) => !result.ok), ...compared]);
  },
};
