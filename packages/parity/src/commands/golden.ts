import { writeFile } from 'node:fs/promises';
import { runTables } from '../golden/run-tables.ts';
import { loadRunners } from '../golden/runners.ts';
import { loadTables } from '../golden/table.ts';
import { type Command, parseArguments, UsageError } from './command.ts';
import { tallyLine } from './tally.ts';

/** `parity golden`: runs the cases of golden tables through the runners of the packages. */
export const golden: Command = {
  usage: `parity golden FILES… [options]    run golden tables (files or folders)
  --only TEXT         only cases whose table/id contains TEXT (repeatable)
  --report FILE       write the results as JSON
  --json              one JSON document on stdout; the count goes to stderr
  --verbose           print every case, not only failures`,
  async run(args, io) {
    const options = {
      only: { type: 'string', multiple: true },
      report: { type: 'string' },
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    } as const;
    const { values, positionals } = parseArguments(args, options);
    if (positionals.length === 0) throw new UsageError('golden needs files or folders');
    const tables = await loadTables(positionals);
    const { cases, notCovered } = await runTables(tables, await loadRunners(), values.only);
    const failed = cases.filter(({ ok }) => !ok).length;
    const passed = cases.length - failed;
    const text = JSON.stringify({ passed, failed, notCovered, cases }, null, 2);
    if (values.report) await writeFile(values.report, `${text}\n`);
    if (values.json) io.out(text);
    else {
      for (const result of cases.filter(({ ok }) => !ok || values.verbose)) {
        io.out(`${result.ok ? 'ok  ' : 'FAIL'} ${result.table}/${result.id}`);
        for (const problem of result.problems) io.out(`       ${problem.replaceAll('\n', '\n       ')}`);
      }
      for (const name of notCovered) io.out(`not covered yet: ${name}`);
    }
    (values.json ? io.note : io.out)(tallyLine(passed, failed));
    return failed ? 1 : 0;
  },
};
