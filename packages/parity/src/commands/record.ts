import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadScenarios, type ScenarioFile } from '../scenario/load-scenarios.ts';
import { runBatches } from '../scenario/run-batches.ts';
import { recordScenario } from '../scenario/run-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type Command, parseArguments, UsageError } from './command.ts';
import { batchOptions, GATEWAY_OPTIONS, GATEWAY_USAGE } from './gateway-options.ts';
import { createResultPrinter } from './results.ts';

/** `parity record`: writes what a gateway shows as the expectations of the scenarios. */
export const record: Command = {
  usage: `parity record FILES… [options]    run scenarios and write what was observed into them
${GATEWAY_USAGE}
  --out DIR           write to DIR/<subsystem>/<name>.json instead`,
  async run(args, io) {
    const { values, positionals } = parseArguments(args, { ...GATEWAY_OPTIONS, out: { type: 'string' } });
    if (positionals.length === 0) throw new UsageError('record needs files or folders');
    if (!values['gateway-cmd']) throw new UsageError('record needs --gateway-cmd: the gateway that is the measure');
    const batch = batchOptions(values, io);
    const entries = await loadScenarios(positionals, values.only);
    const { json, verbose } = values;
    const printer = createResultPrinter(entries.length, { mode: 'record', json, verbose }, io);
    const results = await runBatches(
      entries,
      batch,
      async (entry, gateway) => {
        const { recorded, problems } = await recordScenario(entry.scenario, gateway);
        if (problems.length === 0) await save(targetOf(entry, values.out), recorded);
        return problems;
      },
      printer.add,
    );
    return printer.finish(results);
  },
};

const targetOf = ({ file, scenario }: ScenarioFile, out: string | undefined): string =>
  out === undefined ? file : join(out, scenario.subsystem, `${scenario.name}.json`);

async function save(target: string, scenario: Scenario): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, `${JSON.stringify(scenario, null, 2)}\n`);
}
