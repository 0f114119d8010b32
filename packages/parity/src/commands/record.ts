import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CORPUS_TRACES } from '../default-gateway.ts';
import { originalGatewayCommand } from '../original/original-gateway.ts';
import { noteRecorded } from '../original/provenance.ts';
import { loadScenarios, type ScenarioFile } from '../scenario/load-scenarios.ts';
import { runBatches } from '../scenario/run-batches.ts';
import { recordScenario } from '../scenario/run-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type Command, parseArguments, UsageError } from './command.ts';
import { batchOptions, GATEWAY_OPTIONS, GATEWAY_USAGE } from './gateway-options.ts';
import { createResultPrinter } from './results.ts';

/** `parity record`: writes what a gateway shows as the expectations of the scenarios. */
export const record: Command = {
  usage: `parity record [FILES…] [options]    run scenarios and write what was observed into them
${GATEWAY_USAGE}
  --from-registry     record the original, installed from the registry into a cache folder, into the corpus
  --out DIR           write to DIR/<subsystem>/<name>.json instead`,
  async run(args, io) {
    const options = {
      ...GATEWAY_OPTIONS,
      'from-registry': { type: 'boolean', default: false },
      out: { type: 'string' },
    } as const;
    const { values, positionals } = parseArguments(args, options);
    const fromRegistry = values['from-registry'];
    if (positionals.length === 0 && !fromRegistry) throw new UsageError('record needs files or folders');
    if (!values['gateway-cmd'] && !fromRegistry) {
      throw new UsageError('record needs --gateway-cmd or --from-registry: the gateway that is the measure');
    }
    const command = values['gateway-cmd'] ?? (await originalGatewayCommand(io.note));
    const batch = batchOptions({ ...values, 'gateway-cmd': command }, io);
    const entries = await loadScenarios(positionals.length > 0 ? positionals : [CORPUS_TRACES], values.only);
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
    if (fromRegistry && values.out === undefined) {
      await noteRecorded(results.filter(({ ok }) => ok).map(({ subsystem }) => subsystem));
    }
    return printer.finish(results);
  },
};

const targetOf = ({ file, scenario }: ScenarioFile, out: string | undefined): string =>
  out === undefined ? file : join(out, scenario.subsystem, `${scenario.name}.json`);

async function save(target: string, scenario: Scenario): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, `${JSON.stringify(scenario, null, 2)}\n`);
}
