import { DEFAULT_ACCOUNT_ID, normalizeAccountId } from '@chela/agent';
import { accountPath, setupEdits } from '@chela/channels';
import type { ConfigEdit } from '@chela/config';
import { openChannelDesk } from '../../channels/channel-desk.ts';
import { type CliContext, CliFailure } from '../../context.ts';
import { callGateway } from '../../gateway-call.ts';
import { resolveTarget } from '../../gateway-target.ts';
import { flagAt } from '../../json-reader.ts';
import { editConfig } from '../config.ts';

export interface AccountFlags {
  readonly channel?: string;
  readonly account?: string;
}

export interface AddFlags extends AccountFlags, Readonly<Record<string, unknown>> {
  readonly name?: string;
  readonly useEnv?: boolean;
  readonly set?: readonly string[];
}

const LOGOUT_TIMEOUT_MS = 30_000;
const CHANNEL_REQUIRED = 'Channel is required. Use --channel <name>.';

/** `channels add`: writes an account into the configuration; a running gateway connects it at once. */
export async function channelsAdd(context: CliContext, flags: AddFlags): Promise<void> {
  const desk = await openChannelDesk(context);
  if (!flags.channel) throw new CliFailure([CHANNEL_REQUIRED]);
  const adapter = await desk.adapter(flags.channel);
  const { facts } = adapter;
  const accountId = normalizeAccountId(flags.account);
  const setup = setupEdits(facts, accountId, {
    flags,
    pairs: flags.set ?? [],
    useEnv: flags.useEnv === true,
    name: flags.name,
  });
  if ('problem' in setup) throw new CliFailure([setup.problem]);
  await editConfig(context, setup.edits);
  context.output.line(`Added ${facts.label} account "${accountId}".`);
}

/** `channels remove`: switches an account off; `--delete` takes it out of the configuration. */
export async function channelsRemove(
  context: CliContext,
  flags: AccountFlags & { readonly delete?: boolean },
): Promise<void> {
  const desk = await openChannelDesk(context);
  if (!flags.channel) throw new CliFailure([CHANNEL_REQUIRED]);
  const { facts } = await desk.adapter(flags.channel);
  const accountId = normalizeAccountId(flags.account);
  const { output, prompt } = context;
  const unknown = new CliFailure([`There is no ${facts.label} account "${accountId}".`]);
  if (!flags.delete) {
    if (!desk.named.includes(facts.id) || !desk.accounts(facts.id).includes(accountId)) throw unknown;
    if (prompt.isTty && !(await prompt.confirm(`Switch off ${facts.label} account "${accountId}"?`))) return;
    await editConfig(context, [{ path: [...accountPath(facts.id, accountId), 'enabled'], value: false }]);
    return output.line(`Disabled ${facts.label} account "${accountId}".`);
  }
  const edits = deletion(desk.loaded.snapshot.parsed, facts.id, accountId);
  if (edits === undefined) throw unknown;
  await editConfig(context, edits);
  output.line(`Deleted ${facts.label} account "${accountId}".`);
}

/** From the file as it is written, without defaults. The settings of the account `default` stand beside `accounts`: when others are there, only its own keys go. */
function deletion(config: unknown, channel: string, accountId: string): readonly ConfigEdit[] | undefined {
  const section = sectionOf(config, channel);
  if (section === undefined) return undefined;
  const accounts = isRecord(section.accounts) ? section.accounts : {};
  const own = Object.keys(accounts).find((id) => normalizeAccountId(id) === accountId);
  const others = Object.keys(accounts).filter((id) => id !== own);
  const shared = Object.keys(section).filter((key) => key !== 'accounts' && key !== 'enabled');
  // A section without accounts and settings would stand for an account nobody set up.
  if (own !== undefined && others.length === 0 && shared.length === 0) {
    return [{ path: ['channels', channel], value: undefined }];
  }
  if (own !== undefined) return [{ path: ['channels', channel, 'accounts', own], value: undefined }];
  if (accountId !== DEFAULT_ACCOUNT_ID) return undefined;
  if (others.length === 0) return [{ path: ['channels', channel], value: undefined }];
  return shared.length === 0
    ? undefined
    : shared.map((key) => ({ path: ['channels', channel, key], value: undefined }));
}

function sectionOf(config: unknown, channel: string): Readonly<Record<string, unknown>> | undefined {
  const channels = isRecord(config) && isRecord(config.channels) ? config.channels : {};
  const section = channels[channel];
  return isRecord(section) ? section : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `channels login`: for services that are linked by a code on a phone. None of this release's is; they are set up with `add`. */
export async function channelsLogin(context: CliContext, flags: AccountFlags): Promise<void> {
  const desk = await openChannelDesk(context);
  const { facts } = await desk.chosen(flags.channel, () => CHANNEL_REQUIRED);
  throw new CliFailure([
    `Channel ${facts.id} does not support login.`,
    `Give its settings to \`${context.invokedAs} channels add --channel ${facts.id}\`.`,
  ]);
}

/** `channels logout`: the gateway stops the account and forgets its credentials. */
export async function channelsLogout(context: CliContext, flags: AccountFlags): Promise<void> {
  const desk = await openChannelDesk(context);
  const { facts } = await desk.chosen(flags.channel, () => CHANNEL_REQUIRED);
  if (flags.account !== undefined && !desk.accounts(facts.id).includes(normalizeAccountId(flags.account))) {
    throw new CliFailure([`There is no ${facts.label} account "${normalizeAccountId(flags.account)}".`]);
  }
  const target = resolveTarget(context, desk.loaded, {});
  const request = { channel: facts.id, ...(flags.account !== undefined && { accountId: flags.account }) };
  const answer = await callGateway(context, target, 'channels.logout', request, { timeoutMs: LOGOUT_TIMEOUT_MS });
  context.output.line(logoutLine(facts.label, answer));
}

function logoutLine(label: string, answer: unknown): string {
  if (flagAt(answer, 'cleared')) return `Logged out of ${label}.`;
  if (flagAt(answer, 'loggedOut')) return `${label} had no login to forget.`;
  const place = flagAt(answer, 'envToken') ? 'in the environment of the gateway' : 'in a file that its settings name';
  return `${label} is stopped, but its credential still stands ${place}: take it away there.`;
}
