import { isControlCommand, sendPolicyOf } from '@chela/agent';
import type { Config } from '@chela/config';
import type { SessionEntry } from '@chela/store';
import { refusedAuthor } from '../access/bots.ts';
import { mayCommand } from '../access/command-gate.ts';
import { commandList } from '../access/command-list.ts';
import { directAccess } from '../access/direct-access.ts';
import { type GroupRefusal, groupAccess } from '../access/group-access.ts';
import { firstBoolean, type GroupSettings, groupSettings } from '../access/group-settings.ts';
import { entriesOf, listingOf } from '../access/lists.ts';
import { mentionGate } from '../access/mention-gate.ts';
import { type MentionMatcher, mentionPatterns } from '../access/mention-patterns.ts';
import type { ChannelAdapter } from '../contract/adapter.ts';
import type { InboundMessage } from '../contract/inbound.ts';
import type { AccountName } from '../kernel.ts';
import { type ConversationRoute, routeConversation } from './route-conversation.ts';
import { type HearMessage, isSpoken } from './understand-message.ts';

/** Why a message of a group is kept as history instead of being answered. */
export const UNMENTIONED = 'unmentioned';

/** What is to become of a message. */
export type Decision =
  | { readonly kind: 'accepted'; readonly facts: Accepted }
  | { readonly kind: 'stranger' }
  /** `notice` is what the sender is told, if anything. */
  | { readonly kind: 'declined'; readonly reason: string; readonly notice?: string };

export interface Accepted {
  readonly route: ConversationRoute;
  /** The text of a command, without our name; undefined for everything else. */
  readonly command: string | undefined;
  readonly isOwner: boolean;
  /** A list names the sender. */
  readonly isKnown: boolean;
  readonly mayCommand: boolean;
  /** Undefined in direct conversations. */
  readonly group: GroupFacts | undefined;
}

interface GroupFacts {
  readonly settings: GroupSettings;
  readonly wasMentioned: boolean;
  readonly activation: 'mention' | 'always';
}

export interface DecideDeps {
  readonly config: () => Config;
  readonly paired: (account: AccountName) => Promise<readonly string[]>;
  readonly session: (sessionKey: string) => Promise<SessionEntry | undefined>;
  readonly mentions: MentionMatcher;
  /** What was said in a message without letters; absent: nothing is listened to. */
  readonly hear?: HearMessage;
}

export interface DecideInput {
  readonly account: AccountName;
  readonly adapter: ChannelAdapter;
  /** Merged settings of the account. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly message: InboundMessage;
  /** Who we are there, when the account is connected. */
  readonly ownId: string | undefined;
}

const NOT_AUTHORIZED = 'You are not authorized to use this command.';

/** Access, then commands, then mentions (reference channels/framework.md §6–§9). */
export async function decide(deps: DecideDeps, input: DecideInput): Promise<Decision> {
  const refused = refusedAuthor(input.message, input.settings, input.ownId);
  if (refused !== undefined) return { kind: 'declined', reason: refused };
  return input.message.conversation.type === 'direct' ? decideDirect(deps, input) : decideGroup(deps, input);
}

async function decideDirect(deps: DecideDeps, input: DecideInput): Promise<Decision> {
  const { account, adapter, settings, message } = input;
  const { sender } = message;
  const access = directAccess({ settings, sender, syntax: adapter.allowlist, paired: await deps.paired(account) });
  if (access.kind === 'stranger') return { kind: 'stranger' };
  if (access.kind === 'refused') {
    const notice = message.isNativeCommand === true ? { notice: NOT_AUTHORIZED } : {};
    return { kind: 'declined', reason: access.reason, ...notice };
  }
  const config = deps.config();
  const isOwner = access.isNamed;
  const allowed = isAllowedCommander(config, input, { isListed: true, hasLists: true, isOwner });
  const route = routeConversation(config, account, message.conversation, sender);
  const words = await wordsOf(deps, message, route);
  const command = commandOf(message.commandText ?? words);
  if (command !== undefined && !allowed && message.isNativeCommand === true) {
    return { kind: 'declined', reason: 'may not use commands', notice: NOT_AUTHORIZED };
  }
  return accepted(deps, input, { route, command, isOwner, isKnown: isOwner, mayCommand: allowed, group: undefined });
}

async function decideGroup(deps: DecideDeps, input: DecideInput): Promise<Decision> {
  const { account, adapter, settings, message } = input;
  const { sender, conversation } = message;
  const config = deps.config();
  const isNative = message.isNativeCommand === true;
  const group = groupSettings(settings, conversation);
  const paired = await deps.paired(account);
  const listed = adapter.facts.groupAllowlist ?? 'senders';
  const access = groupAccess({ settings, group, sender, syntax: adapter.allowlist, listed, paired });
  if (access.kind === 'refused') {
    const isTopic = group.topic?.enabled === false;
    const notice = isNative ? { notice: groupNotice(access.reason, adapter.facts.label, isTopic) } : {};
    return { kind: 'declined', reason: access.reason, ...notice };
  }
  const route = routeConversation(config, account, conversation, sender);
  const named = [...(entriesOf(settings.allowFrom) ?? []), ...paired];
  const isOwner = listingOf(named, sender, adapter.allowlist) === 'named';
  const isListed = access.listing !== 'missing' || isOwner;
  const allowed = isAllowedCommander(config, input, { isListed, hasLists: isListed, isOwner });
  const patterns = mentionPatterns(config, route.agentId);
  const entry = await deps.session(route.sessionKey);
  const activation = activationOf(entry?.groupActivation);
  const gate = (matchesPattern: boolean, isAllowedCommand: boolean) =>
    mentionGate({
      mention: message.mention,
      activation,
      requireMention: firstBoolean(group, 'requireMention'),
      hasPatterns: patterns.length > 0,
      matchesPattern,
      isAllowedCommand,
    });
  // Nobody listens to what can be for nobody here.
  const mayBeForUs = patterns.length > 0 || gate(false, false).isForUs;
  const words = mayBeForUs ? await wordsOf(deps, message, route) : message.text;
  const command =
    commandOf(message.commandText ?? words) ??
    (words.includes('/') ? commandOf(await deps.mentions.strip(patterns, words)) : undefined);
  if (command !== undefined && !allowed) {
    const notice = isNative ? { notice: NOT_AUTHORIZED } : {};
    return { kind: 'declined', reason: 'may not use commands', ...notice };
  }
  const verdict = gate(await deps.mentions.matches(patterns, words), command !== undefined);
  if (!verdict.isForUs) return { kind: 'declined', reason: UNMENTIONED };
  const facts = { settings: group, wasMentioned: verdict.wasMentioned, activation: verdict.activation };
  const isKnown = isOwner || access.listing === 'named';
  return accepted(deps, input, { route, command, isOwner, isKnown, mayCommand: allowed, group: facts });
}

/** The letters of a message, else what was said in it. */
async function wordsOf({ hear }: DecideDeps, message: InboundMessage, route: ConversationRoute): Promise<string> {
  if (hear === undefined || !isSpoken(message)) return message.text;
  return (await hear(message, route))?.commandText ?? message.text;
}

/** A session that may not send answers commands alone (reference agent/sessions.md §10). */
async function accepted(deps: DecideDeps, { account, message }: DecideInput, facts: Accepted): Promise<Decision> {
  if (facts.command !== undefined) return { kind: 'accepted', facts };
  const entry = await deps.session(facts.route.sessionKey);
  const sendPolicy = typeof entry?.sendPolicy === 'string' ? { sendPolicy: entry.sendPolicy } : {};
  const policy = sendPolicyOf(deps.config(), {
    sessionKey: facts.route.sessionKey,
    channel: account.channel,
    chatType: message.conversation.type,
    entry: sendPolicy,
  });
  return policy === 'deny' ? { kind: 'declined', reason: 'the session may not send' } : { kind: 'accepted', facts };
}

function isAllowedCommander(
  config: Config,
  { account, adapter, message }: DecideInput,
  lists: { readonly isListed: boolean; readonly hasLists: boolean; readonly isOwner: boolean },
): boolean {
  const own = commandList(config, account.channel);
  if (own !== undefined) return own(message.sender.id);
  return mayCommand({ config, ...lists, needsOwner: adapter.facts.commandsNeedOwner });
}

function commandOf(text: string): string | undefined {
  const trimmed = text.trim();
  return isControlCommand(trimmed) ? trimmed : undefined;
}

function activationOf(value: unknown): 'mention' | 'always' | undefined {
  return value === 'mention' || value === 'always' ? value : undefined;
}

/** What somebody is told who chose a command from the vendor's menu (reference channels/telegram.md §5). */
function groupNotice(reason: GroupRefusal, label: string, isTopic: boolean): string {
  switch (reason) {
    case 'the group is switched off':
      return isTopic ? 'This topic is disabled.' : 'This group is disabled.';
    case 'the group is not in the list of groups':
      return 'This group is not allowed.';
    case 'group messages are switched off':
      return `${label} group commands are disabled.`;
    case 'the sender is not on the allowlist of the group':
      return NOT_AUTHORIZED;
  }
}
