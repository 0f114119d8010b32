import { runVerdicts } from '../verdicts/run-verdicts.ts';
import { loadVerdictCases } from '../verdicts/verdict-case.ts';
import { type Command, parseArguments, UsageError } from './command.ts';
import { tallyLine } from './tally.ts';

/** `parity verdicts`: judges frames with the defender and compares with what is expected. */
export const verdicts: Command = {
  usage: `parity verdicts FILES… [options]    judge the frames of verdict cases (files or folders)
  --only TEXT         only cases whose name contains TEXT (repeatable)
  --json              one JSON document on stdout; the count goes to stderr
  --verbose           print every case, not only failures`,
  async run(args, io) {
    const options = {
      only: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    } as const;
    const { values, positionals } = parseArguments(args, options);
    if (positionals.length === 0) throw new UsageError('verdicts needs files or folders');
    const cases = await loadVerdictCases(positionals);
    const { only } = values;
    const results = await runVerdicts(
      only ? cases.filter(({ name }) => only.some((text) => name.includes(text))) : cases,
    );
    const failed = results.filter(({ ok }) => !ok).length;
    const passed = results.length - failed;
    if (values.json) io.out(JSON.stringify({ passed, failed, cases: results }, null, 2));
    else {
      for (const result of results.filter(({ ok }) => !ok || values.verbose)) {
        io.out(`${result.ok ? 'ok  ' : 'FAIL'} ${result.name}`);
        for (const problem of result.problems) io.out(`       ${problem}`);
      }
    }
    (values.json ? io.note : io.out)(tallyLine(passed, failed));
    return failed ? 1 : 0;
  },
};
