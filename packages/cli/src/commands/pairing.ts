import { join } from 'node:path';
import { createPairingStore, type PairingStore } from '@chela/channels';
import { type ChannelDesk, openChannelDesk } from '../channels/channel-desk.ts';
import { type CliContext, CliFailure } from '../context.ts';
import { formatAge } from '../format.ts';
import { callGateway, GatewayCallError } from '../gateway-call.ts';
import { resolveTarget } from '../gateway-target.ts';
import { boxTable } from '../table.ts';

export interface PairingFlags {
  readonly channel?: string;
  readonly account?: string;
  readonly json?: boolean;
  readonly notify?: boolean;
}

const NOTIFY_TIMEOUT_MS = 30_000;

/** `pairing list`: works without a gateway, on the files that both programs share (reference cli/samples/pairing-list-json). */
export async function pairingList(context: CliContext, named: string | undefined, flags: PairingFlags): Promise<void> {
  const { output } = context;
  const desk = await openChannelDesk(context);
  const channel = await channelOf(desk, flags.channel ?? named);
  const requests = await storeOf(context, desk).list(channel, flags.account);
  if (flags.json) return output.json({ channel, requests });
  if (requests.length === 0) return output.line(`Nobody waits on ${channel}.`);
  const rows = requests.map(({ code, id, meta, createdAt }) => [
    code,
    id,
    whoOf(meta ?? {}),
    formatAge(context.now() - Date.parse(createdAt)),
  ]);
  for (const line of boxTable(['Code', 'Id', 'Who', 'Asked'], rows, output.columns)) output.line(line);
}

/** What the service told of somebody, e.g. `Ann (@ann_smith)`; other things stand with their names. */
function whoOf({ name, username, ...others }: Readonly<Record<string, string>>): string {
  const handle = username === undefined ? undefined : `@${username.replace(/^@/, '')}`;
  const person = name === undefined ? handle : handle === undefined ? name : `${name} (${handle})`;
  const rest = Object.entries(others).map(([key, value]) => `${key === 'accountId' ? 'account' : key}: ${value}`);
  return [...(person === undefined ? [] : [person]), ...rest].join(', ');
}

/** `pairing approve <channel> <code>`, or the code alone when one channel is set up. */
export async function pairingApprove(
  context: CliContext,
  words: readonly (string | undefined)[],
  flags: PairingFlags,
): Promise<void> {
  const { output } = context;
  const { desk, channel, code } = await answerOf(context, words, flags);
  const account = flags.account === undefined ? {} : { accountId: flags.account };
  const approved = await storeOf(context, desk).approve({ channel, code, ...account });
  if (approved === undefined) throw unknownCode(code);
  output.line(`Approved ${channel} sender ${approved.id}.`);
  if (!flags.notify) return;
  const accountId = flags.account ?? approved.meta?.accountId;
  const request = { channel, id: approved.id, ...(accountId !== undefined && { accountId }) };
  try {
    const target = resolveTarget(context, desk.loaded, {});
    await callGateway(context, target, 'channels.pairing.notify', request, { timeoutMs: NOTIFY_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof GatewayCallError)) throw error;
    output.errorLine(`They could not be told: ${error.message}`);
  }
}

/** `pairing reject <channel> <code>`. */
export async function pairingReject(
  context: CliContext,
  words: readonly (string | undefined)[],
  flags: PairingFlags,
): Promise<void> {
  const { desk, channel, code } = await answerOf(context, words, flags);
  const rejected = await storeOf(context, desk).reject({ channel, code });
  if (rejected === undefined) throw unknownCode(code);
  context.output.line(`Rejected ${channel} sender ${rejected.id}.`);
}

const unknownCode = (code: string): CliFailure =>
  new CliFailure([`Error: No pending pairing request found for code: ${code}`]);

async function answerOf(
  context: CliContext,
  [first = '', second]: readonly (string | undefined)[],
  flags: PairingFlags,
): Promise<{ readonly desk: ChannelDesk; readonly channel: string; readonly code: string }> {
  const desk = await openChannelDesk(context);
  const isChannelAlone = flags.channel === undefined && second === undefined && desk.named.includes(first);
  if (isChannelAlone) throw new CliFailure([`Error: the code is missing: ${first} <code>`]);
  const named = flags.channel ?? (second === undefined ? undefined : first);
  return { desk, channel: await channelOf(desk, named), code: (second ?? first).trim() };
}

function storeOf({ now }: CliContext, { loaded }: ChannelDesk): PairingStore {
  const folder = join(loaded.paths.stateDir, 'credentials');
  return createPairingStore({ folder, clock: { now, after: () => () => undefined } });
}

/** The channel that is named, else the only one there is (reference cli/samples/pairing-list-nochannel). */
async function channelOf(desk: ChannelDesk, named: string | undefined): Promise<string> {
  const { facts } = await desk.chosen(named, (ids) => {
    const choices = ids.length === 0 ? '' : ` (expected one of: ${ids.join(', ')})`;
    return `Error: Channel required. Use --channel <channel> or pass it as the first argument${choices}`;
  });
  return facts.id;
}
