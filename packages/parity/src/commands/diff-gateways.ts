import { loadScenarios, type ScenarioFile } from '../scenario/load-scenarios.ts';
import { runBatches, type ScenarioResult } from '../scenario/run-batches.ts';
import { recordScenario, replayScenario } from '../scenario/run-scenario.ts';
import { type Command, parseArguments, UsageError } from './command.ts';
import { batchOptions, GATEWAY_OPTIONS, GATEWAY_USAGE } from './gateway-options.ts';
import { createResultPrinter } from './results.ts';

/** `parity diff`: drives two gateways with the same scenarios and the same fake provider and tells where they differ. */
export const diffGateways: Command = {
  usage: `parity diff FILES… --against CMD [options]    run scenarios on two gateways and compare what they show
  --against CMD       the gateway that is the measure
${GATEWAY_USAGE}
  --allow-extra       members that only the other gateway lacks are no difference
  --report FILE       write the results as JSON`,
  async run(args, io) {
    const options = {
      ...GATEWAY_OPTIONS,
      against: { type: 'string' },
      'allow-extra': { type: 'boolean', default: false },
      report: { type: 'string' },
    } as const;
    const { values, positionals } = parseArguments(args, options);
    if (positionals.length === 0) throw new UsageError('diff needs files or folders');
    if (!values.against) throw new UsageError('diff needs --against: the command of the second gateway');
    const batch = batchOptions(values, io);
    const entries = await loadScenarios(positionals, values.only);
    const { json, verbose, report } = values;
    const printer = createResultPrinter(entries.length, { mode: 'diff', json, verbose, report }, io);
    io.note('recording the gateway that is the measure');
    const recorded: ScenarioFile[] = [];
    const measured = await runBatches(
      entries,
      { ...batch, gatewayCommand: values.against },
      async ({ file, scenario }, gateway) => {
        const seen = await recordScenario(scenario, gateway);
        if (seen.problems.length === 0) recorded.push({ file, scenario: seen.recorded });
        return seen.problems.map((problem) => `the gateway that is the measure: ${problem}`);
      },
      (result) => (result.ok ? undefined : printer.add(result)),
    );
    io.note('comparing');
    const compared: readonly ScenarioResult[] = await runBatches(
      recorded,
      batch,
      ({ scenario }, gateway) => replayScenario(scenario, gateway, { allowExtra: values['allow-extra'] }),
      printer.add,
    );
    return printer.finish([...measured.filter((result) => !result.ok), ...compared]);
  },
};
