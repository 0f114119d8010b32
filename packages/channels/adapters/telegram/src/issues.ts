import type { AccountInput, ChannelAdapter, ChannelIssue } from '@chela/channels/adapter';
import { allowlist } from './allowlist.ts';
import { booleanIn, isRecord, listIn, recordIn, stringIn } from './json.ts';
import { type AccountSettings, readSettings } from './settings.ts';

/** What the account's snapshot says beyond every other channel's (golden tg-076). */
export const details: NonNullable<ChannelAdapter['details']> = (input) => ({
  allowUnmentionedGroups: readSettings(input.settings, input.env).openGroups.length > 0,
});

/** What an operator should mend. The probe says what only the vendor knows. */
export const issues: NonNullable<ChannelAdapter['issues']> = (input, probed) => {
  const settings = readSettings(input.settings, input.env);
  const groups = settings.groups ?? [];
  return [
    ...privacyIssue(settings, probed),
    ...(['allowFrom', 'groupAllowFrom'] as const).flatMap((key) => namesIssue(input.settings, key)),
    ...groups.filter((id) => id !== '*' && !/^-?\d+$/.test(id)).map(unresolvableGroup),
    ...(groups.includes('*') && groups.length === 1 ? [WILDCARD] : []),
    ...listIn(recordIn(probed, 'audit'), 'groups').flatMap(membershipIssue),
  ];
};

function privacyIssue({ openGroups }: AccountSettings, probed: unknown): readonly ChannelIssue[] {
  const readsAll = booleanIn(recordIn(probed, 'bot'), 'canReadAllGroupMessages');
  if (openGroups.length === 0 || readsAll !== false) return [];
  return [
    {
      kind: 'intent',
      message: `Groups answer without a mention (${openGroups.join(', ')}), but the bot's privacy mode hides such messages from it.`,
      fix: 'Send /setprivacy to @BotFather and disable it, then remove the bot from the group and add it again; or make it an administrator.',
    },
  ];
}

/** Entries that name nobody still make the list one: with nothing else in it everybody is locked out (golden tg-016). */
function namesIssue(settings: AccountInput['settings'], key: 'allowFrom' | 'groupAllowFrom'): readonly ChannelIssue[] {
  const unread = listIn(settings, key)
    .map(String)
    .filter((entry) => allowlist.readEntry(entry) === undefined);
  if (unread.length === 0) return [];
  return [
    {
      kind: 'config',
      message: `channels.telegram.${key} names ${unread.map((entry) => `"${entry}"`).join(', ')}; people are known by numeric id alone.`,
      fix: 'Write the number instead of the name: /whoami or the pairing notice shows it to the person.',
    },
  ];
}

const unresolvableGroup = (id: string): ChannelIssue => ({
  kind: 'config',
  message: `channels.telegram.groups names "${id}", which is no chat id.`,
  fix: 'Group ids are numbers such as -1001234567890; a message in the group shows its id in the log.',
});

const WILDCARD: ChannelIssue = {
  kind: 'config',
  message: 'Every group may use the bot ("*"), so its membership in them is not checked.',
};

function membershipIssue(group: unknown): readonly ChannelIssue[] {
  if (!isRecord(group) || group.ok === true) return [];
  const how = stringIn(group, 'error') ?? `status ${stringIn(group, 'status') ?? 'unknown'}`;
  return [
    {
      kind: 'runtime',
      message: `The bot is not a member of the group ${stringIn(group, 'chatId')} (${how}).`,
      fix: 'Invite the bot, or take the group out of channels.telegram.groups.',
    },
  ];
}
