import { resolveUserPath } from '@chela/config';
import { newestLogFile, tailFile } from '@chela/observability';
import { openChannelDesk } from '../../channels/channel-desk.ts';
import type { CliContext } from '../../context.ts';
import { parseLogLine } from '../../log-record.ts';
import { numberFlag } from '../../number-flag.ts';

const DEFAULT_LOG_LINES = 200;
/** Log lines looked at, of which those of the channels are shown. */
const LOG_WINDOW_LINES = 5_000;
const LOG_WINDOW_BYTES = 1_000_000;
/** The subsystem below which channels write. */
const LOG_ROOT = 'gateway/channels';

/** `channels logs`: lines of the log file that speak of channels, also without a gateway (reference cli/samples/channels-logs-json). */
export async function channelsLogs(
  context: CliContext,
  flags: { readonly channel: string; readonly lines: string; readonly json?: boolean },
): Promise<void> {
  const desk = await openChannelDesk(context);
  const channel = flags.channel === 'all' ? 'all' : (await desk.adapter(flags.channel)).facts.id;
  const { current, paths } = desk.loaded;
  const configured = current.logging?.file;
  const file = configured ? resolveUserPath(configured, paths.homeDir) : await newestLogFile(context.now());
  const { lines } = await tailFile(file, { cursor: undefined, lines: LOG_WINDOW_LINES, bytes: LOG_WINDOW_BYTES });
  const wanted = channel === 'all' ? LOG_ROOT : `${LOG_ROOT}/${channel}`;
  const records = lines
    .flatMap((line) => parseLogLine(line) ?? [])
    .filter(({ subsystem }) => subsystem === wanted || subsystem?.startsWith(`${wanted}/`) === true)
    .slice(-numberFlag(flags.lines, DEFAULT_LOG_LINES));
  const { output } = context;
  if (flags.json) return output.json({ file, channel, lines: records });
  output.line(`Log file: ${file}`);
  if (records.length === 0) output.line('No lines of channels.');
  for (const { time, level, subsystem = '', message } of records) {
    const account = subsystem.slice(LOG_ROOT.length + 1);
    output.line([time, level, account && `[${account}]`, message].filter(Boolean).join(' '));
  }
}
