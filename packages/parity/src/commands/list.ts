import { CORPUS_TRACES } from '../default-gateway.ts';
import { loadScenarios, scenarioName } from '../scenario/load-scenarios.ts';
import { type Command, parseArguments } from './command.ts';

/** `parity list`: names the scenarios and what each proves. */
export const list: Command = {
  usage: `parity list [FILES…] [--only TEXT] [--json]    name the scenarios (default: the corpus) and what they prove`,
  async run(args, io) {
    const options = { only: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArguments(args, options);
    const entries = await loadScenarios(positionals.length ? positionals : [CORPUS_TRACES], values.only);
    const rows = entries.map(({ file, scenario }) => ({
      name: scenarioName(scenario),
      proves: scenario.proves,
      steps: scenario.steps.length,
      file,
    }));
    if (values.json) io.out(JSON.stringify(rows, null, 2));
    else for (const row of rows) io.out(`${row.name}\t${row.proves}`);
    return 0;
  },
};
