import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '../../json-reader.ts';
import { type AuditCheck, type AuditFinding, type Premises, sectionOf, textsOf, when } from '../finding.ts';
import { channelAccounts, type Section, showsCommands } from './channel-accounts.ts';

const ENTRIES_SHOWN = 5;

/** Who may give commands in chats of Discord, Slack and Telegram (reference cli/doctor.md §2). */
export const channelDoorChecks: AuditCheck = async (premises) => [
  ...(await discord(premises)),
  ...(await slack(premises)),
  ...(await telegram(premises)),
];

/** People who were let in by pairing. */
async function pairedPeople({ credentialsDir }: Premises, channel: string): Promise<readonly string[]> {
  try {
    const value: unknown = JSON.parse(await readFile(join(credentialsDir, `${channel}-allowFrom.json`), 'utf8'));
    return isRecord(value) ? textsOf(value.allowFrom) : [];
  } catch {
    return [];
  }
}

const hasNativeCommands = (premises: Premises, channel: string, account: Section): boolean =>
  showsCommands(premises, channel, account, 'native') || showsCommands(premises, channel, account, 'nativeSkills');

const people = (account: Section): readonly unknown[] => {
  const list = account.allowFrom ?? sectionOf(account.dm).allowFrom;
  return Array.isArray(list) ? list : [];
};
const hasList = (section: Section, ...keys: readonly string[]): boolean =>
  keys.some((key) => {
    const list = section[key];
    return Array.isArray(list) && list.length > 0;
  });
const policyOf = ({ at }: Premises, account: Section): unknown =>
  account.groupPolicy ?? at('channels.defaults.groupPolicy') ?? 'allowlist';

async function discord(premises: Premises): Promise<readonly AuditFinding[]> {
  const stored = await pairedPeople(premises, 'discord');
  const usesGroups = premises.at('commands.useAccessGroups') !== false;
  const open = channelAccounts(premises, 'discord').filter((account) => {
    const guilds = Object.values(sectionOf(account.guilds)).map(sectionOf);
    const rooms = guilds.flatMap(({ channels }) => Object.values(sectionOf(channels)).map(sectionOf));
    const isListed =
      stored.length > 0 ||
      people(account).length > 0 ||
      [...guilds, ...rooms].some((place) => hasList(place, 'users', 'roles'));
    const isInGuilds = policyOf(premises, account) !== 'disabled' && guilds.length > 0;
    return isInGuilds && !isListed && hasNativeCommands(premises, 'discord', account);
  });
  return [
    ...when(open.length > 0 && !usesGroups, {
      checkId: 'channels.discord.commands.native.unrestricted',
      severity: 'critical',
      title: 'Anybody in a Discord server may use the commands',
      detail: 'commands.useAccessGroups is false, and no list says who may use them.',
      remediation: 'Set commands.useAccessGroups to true, or list users under channels.discord.guilds.',
    }),
    ...when(open.length > 0 && usesGroups, {
      checkId: 'channels.discord.commands.native.no_allowlists',
      severity: 'warn',
      title: 'Nobody may use the commands on Discord yet',
      detail: 'Commands are shown in servers, but no list says who may use them: each one is refused.',
      remediation: 'List people in channels.discord.allowFrom, or users under channels.discord.guilds.',
    }),
  ];
}

async function slack(premises: Premises): Promise<readonly AuditFinding[]> {
  const stored = await pairedPeople(premises, 'slack');
  const withSlash = channelAccounts(premises, 'slack').filter(
    (account) => sectionOf(account.slashCommand).enabled === true || hasNativeCommands(premises, 'slack', account),
  );
  const usesGroups = premises.at('commands.useAccessGroups') !== false;
  const unlisted = withSlash.filter((account) => {
    const rooms = Object.values(sectionOf(account.channels)).map(sectionOf);
    return stored.length === 0 && people(account).length === 0 && !rooms.some((room) => hasList(room, 'users'));
  });
  return [
    ...when(withSlash.length > 0 && !usesGroups, {
      checkId: 'channels.slack.commands.slash.useAccessGroups_off',
      severity: 'critical',
      title: 'Anybody in the Slack workspace may use the commands',
      detail: 'Slash commands are on and commands.useAccessGroups is false.',
      remediation: 'Set commands.useAccessGroups to true.',
    }),
    ...when(unlisted.length > 0 && usesGroups, {
      checkId: 'channels.slack.commands.slash.no_allowlists',
      severity: 'warn',
      title: 'Nobody may use the slash commands on Slack yet',
      detail: 'Slash commands are on, but no list says who may use them: each one is refused.',
      remediation:
        'Let people in by pairing, or list them in channels.slack.allowFrom or under channels.slack.channels.',
    }),
  ];
}

async function telegram(premises: Premises): Promise<readonly AuditFinding[]> {
  const stored = await pairedPeople(premises, 'telegram');
  return channelAccounts(premises, 'telegram').flatMap((account) => {
    const groups = Object.values(sectionOf(account.groups)).map(sectionOf);
    const topics = groups.flatMap((group) => Object.values(sectionOf(group.topics)).map(sectionOf));
    const inGroups = [...groups, ...topics].flatMap(({ allowFrom }) => (Array.isArray(allowFrom) ? allowFrom : []));
    const ofGroups = Array.isArray(account.groupAllowFrom) ? account.groupAllowFrom : [];
    const invalid = [...people(account), ...ofGroups, ...inGroups].map(String).filter((entry) => !isTelegramId(entry));
    const policy = policyOf(premises, account);
    const isReachable = policy === 'open' || (policy === 'allowlist' && groups.length > 0);
    const senders = [...stored, ...ofGroups, ...inGroups].map(String);
    return [
      ...when(invalid.length > 0, {
        checkId: 'channels.telegram.allowFrom.invalid_entries',
        severity: 'warn',
        title: 'Entries of a Telegram list match nobody',
        detail: `People are known by numbers, not by names: ${invalid.slice(0, ENTRIES_SHOWN).join(', ')}${invalid.length > ENTRIES_SHOWN ? ` and ${invalid.length - ENTRIES_SHOWN} more` : ''}.`,
        remediation: 'Write the numeric ids of the people.',
      }),
      ...when(isReachable && senders.includes('*'), {
        checkId: 'channels.telegram.groups.allowFrom.wildcard',
        severity: 'critical',
        title: 'Anybody in a Telegram group may give commands',
        detail: 'A list of senders of Telegram groups contains "*".',
        remediation: 'List the people who may.',
      }),
      ...when(isReachable && senders.length === 0, {
        checkId: 'channels.telegram.groups.allowFrom.missing',
        severity: 'critical',
        title: 'No list says who may give commands in Telegram groups',
        detail: 'Groups are reachable, and neither groupAllowFrom nor a group names its senders.',
        remediation: 'Set channels.telegram.groupAllowFrom, or allowFrom of each group.',
      }),
    ];
  });
}

function isTelegramId(entry: string): boolean {
  const plain = entry.trim().replace(/^(?:telegram|tg):/i, '');
  return plain === '*' || plain === '' || /^-?\d+$/.test(plain);
}
