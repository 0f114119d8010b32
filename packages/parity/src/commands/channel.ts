import { writeFile } from 'node:fs/promises';
import { loadChannelCases } from '../channels/channel-case.ts';
import { runChannelCases } from '../channels/run-channel-cases.ts';
import { DEFAULT_GATEWAY_COMMAND } from '../default-gateway.ts';
import { type Command, parseArguments, UsageError, wholeNumber } from './command.ts';
import { createTally } from './tally.ts';

/** `parity channel`: plays golden cases of channels against a gateway and a fake vendor. */
export const channel: Command = {
  usage: `parity channel FILES… [options]    run golden cases of channels (files or folders)
  --gateway-cmd CMD   shell command that starts a gateway in the foreground (default: this checkout's)
  --only TEXT         only cases whose channel/id contains TEXT (repeatable)
  --jobs N            gateways at the same time (default 1)
  --boot-ms N         how long a gateway may take to greet (default 120000)
  --keep              keep the run folders: home, state, what the gateway printed
  --report FILE       write the results as JSON
  --json              one JSON document on stdout; the count goes to stderr
  --verbose           print every case, not only failures`,
  async run(args, io) {
    const options = {
      'gateway-cmd': { type: 'string', default: DEFAULT_GATEWAY_COMMAND },
      only: { type: 'string', multiple: true },
      jobs: { type: 'string', default: '1' },
      'boot-ms': { type: 'string', default: '120000' },
      keep: { type: 'boolean', default: false },
      report: { type: 'string' },
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    } as const;
    const { values, positionals } = parseArguments(args, options);
    if (positionals.length === 0) throw new UsageError('channel needs files or folders');
    const cases = await loadChannelCases(positionals, values.only);
    const tally = createTally(cases.length, io);
    const results = await runChannelCases(
      cases,
      {
        gatewayCommand: values['gateway-cmd'],
        jobs: wholeNumber(values.jobs, 'jobs', 1),
        bootMs: wholeNumber(values['boot-ms'], 'boot-ms', 1),
        signal: io.signal,
        ...(values.keep && { kept: (folder: string) => io.note(`kept ${folder}`) }),
      },
      ({ name, ok, problems, ms }) => {
        tally.add(ok);
        if (values.json || (ok && !values.verbose)) return;
        io.out(`${ok ? 'ok  ' : 'FAIL'} ${name} (${ms} ms)`);
        for (const problem of problems) io.out(`       ${problem.replaceAll('\n', '\n       ')}`);
      },
    );
    const { passed, failed } = tally;
    const text = JSON.stringify({ mode: 'channel', passed, failed, results }, null, 2);
    if (values.report) await writeFile(values.report, `${text}\n`);
    if (values.json) io.out(text);
    (values.json ? io.note : io.out)(tally.line());
    return failed ? 1 : 0;
  },
};
