import { loadScenarios } from '../scenario/load-scenarios.ts';
import { runBatches } from '../scenario/run-batches.ts';
import { replayScenario } from '../scenario/run-scenario.ts';
import { type Command, parseArguments, UsageError } from './command.ts';
import { batchOptions, GATEWAY_OPTIONS, GATEWAY_USAGE } from './gateway-options.ts';
import { createResultPrinter } from './results.ts';

/** `parity replay`: runs traces against a gateway and compares. */
export const replay: Command = {
  usage: `parity replay FILES… [options]    run traces (files or folders) and compare
${GATEWAY_USAGE}
  --allow-extra       members that a trace does not have are no difference
  --report FILE       write the results as JSON`,
  async run(args, io) {
    const options = {
      ...GATEWAY_OPTIONS,
      'allow-extra': { type: 'boolean', default: false },
      report: { type: 'string' },
    } as const;
    const { values, positionals } = parseArguments(args, options);
    if (positionals.length === 0) throw new UsageError('replay needs files or folders');
    const batch = batchOptions(values, io);
    const entries = await loadScenarios(positionals, values.only);
    const { json, verbose, report } = values;
    const printer = createResultPrinter(entries.length, { mode: 'replay', json, verbose, report }, io);
    const results = await runBatches(
      entries,
      batch,
      ({ scenario }, gateway) => replayScenario(scenario, gateway, { allowExtra: values['allow-extra'] }),
      printer.add,
    );
    return printer.finish(results);
  },
};
