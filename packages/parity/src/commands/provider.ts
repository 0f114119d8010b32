import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { parseReplies } from '../provider/parse-replies.ts';
import { createProviderMock } from '../provider/provider-mock.ts';
import { type Command, parseArguments, UsageError, wholeNumber } from './command.ts';

/** `parity provider`: serves the fake model provider until it is interrupted. */
export const provider: Command = {
  usage: `parity provider [--port N] [--script FILE]    serve the fake model provider on loopback
  --port N            port to listen on (default: a free one)
  --script FILE       JSON list of replies; without it every request is echoed`,
  async run(args, io) {
    const options = { port: { type: 'string', default: '0' }, script: { type: 'string' } } as const;
    const { values, positionals } = parseArguments(args, options);
    if (positionals.length > 0) throw new UsageError(`provider takes no ${positionals[0]}`);
    const mock = createProviderMock();
    if (values.script) mock.script(parseReplies(JSON.parse(await readFile(values.script, 'utf8'))));
    const port = await mock.start(wholeNumber(values.port, 'port', 0));
    io.out(`provider mock on http://127.0.0.1:${port}`);
    if (!io.signal.aborted) await once(io.signal, 'abort');
    await mock.stop();
    return 0;
  },
};
