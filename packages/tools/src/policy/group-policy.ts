import type { Config } from '@chela/config';
import { isRecord } from '../call/arguments.ts';
import type { ToolOrigin } from '../tool.ts';
import { policyOf, type ToolPolicy } from './tool-policy.ts';

type Section = Readonly<Record<string, unknown>>;

interface GroupAddress {
  readonly channel: string;
  readonly groupId: string;
}

/** Channel and group of a session key such as `agent:main:telegram:group:-100`, threads removed. */
function addressInKey(sessionKey: string): GroupAddress | undefined {
  const found = /(?:^|:)([^:]+):(?:group|channel):(.+)$/.exec(sessionKey);
  const [, channel, rest] = found ?? [];
  if (channel === undefined || rest === undefined) return undefined;
  return { channel: channel.toLowerCase(), groupId: rest.replace(/:(?:thread|topic):.*$/, '') };
}

function section(value: unknown, key: string): Section | undefined {
  const inner = isRecord(value) ? value[key] : undefined;
  return isRecord(inner) ? inner : undefined;
}

/** An entry by its key; letter case counts only when two keys differ by nothing else. */
function lookUp(entries: Section | undefined, id: string | undefined): Section | undefined {
  if (entries === undefined || id === undefined || id === '') return undefined;
  const exact = entries[id];
  if (isRecord(exact)) return exact;
  const key = Object.keys(entries).find((candidate) => candidate.toLowerCase() === id.toLowerCase());
  return key === undefined ? undefined : section(entries, key);
}

const plainSender = (sender: string): string => sender.trim().replace(/^@/, '').toLowerCase();

function senderPolicy(entry: Section, origin: ToolOrigin): ToolPolicy | undefined {
  const bySender = section(entry, 'toolsBySender');
  if (bySender === undefined) return undefined;
  const known = new Map(Object.entries(bySender).map(([key, value]) => [plainSender(key), value]));
  const candidates = [origin.senderId, origin.senderE164, origin.senderUsername, origin.senderName];
  for (const candidate of candidates) {
    const plain = candidate === undefined ? '' : plainSender(candidate);
    if (plain !== '' && plain !== '*' && known.has(plain)) return writtenPolicy(known.get(plain));
  }
  return writtenPolicy(known.get('*'));
}

/** Whatever is written for somebody ends the search: one that says nothing lets through what the other layers allow. */
const writtenPolicy = (value: unknown): ToolPolicy | undefined =>
  isRecord(value) ? (policyOf(value) ?? {}) : undefined;

function entryPolicy(entry: Section | undefined, origin: ToolOrigin): ToolPolicy | undefined {
  return entry === undefined ? undefined : (senderPolicy(entry, origin) ?? writtenPolicy(entry.tools));
}

/** Entries that may speak for the group, nearest first: the group itself, then the one for all groups. */
function entriesFor(
  channel: string,
  settings: Section,
  groupId: string,
  origin: ToolOrigin,
): readonly (Section | undefined)[] {
  if (channel === 'discord') {
    const guilds = section(settings, 'guilds');
    const guild = lookUp(guilds, origin.groupSpace) ?? lookUp(guilds, '*');
    const channels = section(guild, 'channels');
    const name = origin.groupChannel?.replace(/^#/, '');
    return [lookUp(channels, groupId) ?? lookUp(channels, name), lookUp(channels, '*'), guild];
  }
  const groups = section(settings, channel === 'slack' ? 'channels' : 'groups');
  const name = channel === 'slack' ? origin.groupChannel?.replace(/^#/, '') : undefined;
  return [lookUp(groups, groupId) ?? lookUp(groups, name), lookUp(groups, '*')];
}

/** The channel's section under what the account says itself, key by key (reference channels/framework.md §2). */
function accountSettings(settings: Section | undefined, accountId: string | undefined): Section | undefined {
  const own = lookUp(section(settings, 'accounts'), accountId);
  return own === undefined ? settings : { ...settings, ...own };
}

/** The policy of the group a message came from, if any (reference agent/tools.md ). */
export function groupPolicy(config: Config, sessionKey: string, origin: ToolOrigin): ToolPolicy | undefined {
  const inKey = addressInKey(sessionKey) ?? addressInKey(origin.spawnedBy ?? '');
  const channel = origin.channel?.trim().toLowerCase() ?? inKey?.channel;
  const groupId = origin.groupId ?? inKey?.groupId;
  if (channel === undefined || groupId === undefined) return undefined;
  const settings = accountSettings(section(config.channels, channel), origin.accountId);
  if (settings === undefined) return undefined;
  for (const entry of entriesFor(channel, settings, groupId, origin)) {
    const policy = entryPolicy(entry, origin);
    if (policy !== undefined) return policy;
  }
  return undefined;
}
