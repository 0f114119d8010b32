import { isJsonObject, type JsonObject, objectAt } from '../json-object.ts';
import type { MigrationStep } from './draft.ts';

/**
 * Values that no loader complains of, or only half of it, and that doctor puts right: places that moved inside a channel,
 * ids that lost their quotes, an open door without its sign (reference config/config.md §7, cli/doctor.md §1 no. 11, 14, 15).
 */

const OPEN_POLICY_CHANNELS = [
  'telegram',
  'whatsapp',
  'discord',
  'slack',
  'signal',
  'irc',
  'imessage',
  'bluebubbles',
  'msteams',
  'googlechat',
] as const;

interface Section {
  readonly path: string;
  readonly section: JsonObject;
}

/** A channel's section and those of its accounts. */
function sectionsOf(draft: JsonObject, channel: string): readonly Section[] {
  const section = objectAt(draft, 'channels', channel);
  if (section === undefined) return [];
  const path = `channels.${channel}`;
  const accounts = Object.entries(objectAt(section, 'accounts') ?? {}).flatMap(([id, account]) =>
    isJsonObject(account) ? [{ path: `${path}.accounts.${id}`, section: account }] : [],
  );
  return [{ path, section }, ...accounts];
}

/** `dm.policy` and `dm.allowFrom` of Slack and Discord became members of the section itself. */
const moveDmSettings: MigrationStep = (draft, changes) => {
  for (const channel of ['slack', 'discord']) {
    for (const { path, section } of sectionsOf(draft, channel)) {
      const dm = objectAt(section, 'dm');
      if (dm === undefined) continue;
      moveMember(dm, 'policy', section, 'dmPolicy', path, changes);
      moveMember(dm, 'allowFrom', section, 'allowFrom', path, changes);
      if (Object.keys(dm).length === 0) delete section.dm;
    }
  }
};

function moveMember(
  from: JsonObject,
  oldKey: string,
  to: JsonObject,
  newKey: string,
  path: string,
  changes: string[],
): void {
  if (!Object.hasOwn(from, oldKey)) return;
  const value = from[oldKey];
  delete from[oldKey];
  if (to[newKey] === undefined) {
    to[newKey] = value;
    changes.push(`Moved ${path}.dm.${oldKey} to ${path}.${newKey}.`);
  } else changes.push(`Removed ${path}.dm.${oldKey}; ${path}.${newKey} is set.`);
}

/** WhatsApp has an acknowledgement of its own; it begins with the common one. */
const copyAckReaction: MigrationStep = (draft, changes) => {
  const emoji = objectAt(draft, 'messages')?.ackReaction;
  const whatsapp = objectAt(draft, 'channels', 'whatsapp');
  if (typeof emoji !== 'string' || emoji.trim() === '' || whatsapp === undefined || whatsapp.ackReaction !== undefined)
    return;
  const scope = objectAt(draft, 'messages')?.ackReactionScope ?? 'group-mentions';
  const group = scope === 'all' || scope === 'group-all' ? 'always' : scope === 'group-mentions' ? 'mentions' : 'never';
  whatsapp.ackReaction = { emoji: emoji.trim(), direct: scope === 'all' || scope === 'direct', group };
  changes.push('Copied messages.ackReaction to channels.whatsapp.ackReaction.');
};

/** Ids longer than a number can hold exactly cannot be mended; they are left for the person. */
const quoteDiscordIds: MigrationStep = (draft, changes) => {
  for (const { path, section } of sectionsOf(draft, 'discord')) {
    quoteIn(section, 'allowFrom', path, changes);
    for (const name of ['allowFrom', 'groupChannels']) quoteIn(objectAt(section, 'dm'), name, `${path}.dm`, changes);
    quoteIn(objectAt(section, 'execApprovals'), 'approvers', `${path}.execApprovals`, changes);
    for (const [guildId, guild] of Object.entries(objectAt(section, 'guilds') ?? {})) {
      const guildPath = `${path}.guilds.${guildId}`;
      const owners: readonly (readonly [string, unknown])[] = [
        [guildPath, guild],
        ...Object.entries(objectAt(guild, 'channels') ?? {}).map(
          ([id, channel]) => [`${guildPath}.channels.${id}`, channel] as const,
        ),
      ];
      for (const [at, owner] of owners) {
        if (!isJsonObject(owner)) continue;
        for (const name of ['users', 'roles']) quoteIn(owner, name, at, changes);
      }
    }
  }
};

function quoteIn(owner: JsonObject | undefined, name: string, path: string, changes: string[]): void {
  const list = owner?.[name];
  if (owner === undefined || !Array.isArray(list) || !list.some((id) => Number.isSafeInteger(id))) return;
  owner[name] = list.map((id: unknown) => (Number.isSafeInteger(id) ? String(id) : id));
  changes.push(`Made the ids in ${path}.${name} text.`);
}

/** An open door needs `"*"` in the list, so that nobody opens one by accident. */
const signOpenPolicies: MigrationStep = (draft, changes) => {
  for (const channel of OPEN_POLICY_CHANNELS) {
    for (const { path, section } of sectionsOf(draft, channel)) {
      const dm = objectAt(section, 'dm');
      const nested = channel === 'googlechat' || (section.dmPolicy === undefined && dm?.policy !== undefined);
      if (nested && dm?.policy === 'open') addWildcard(dm, `${path}.dm`, changes);
      if (!nested && section.dmPolicy === 'open') addWildcard(section, path, changes);
    }
  }
};

function addWildcard(owner: JsonObject, path: string, changes: string[]): void {
  const list: readonly unknown[] = Array.isArray(owner.allowFrom) ? owner.allowFrom : [];
  if (list.some((entry) => String(entry).trim() === '*')) return;
  owner.allowFrom = [...list, '*'];
  changes.push(`Added "*" to ${path}.allowFrom, which an open policy needs.`);
}

export const DOCTOR_REWRITES: readonly MigrationStep[] = [
  moveDmSettings,
  copyAckReaction,
  quoteDiscordIds,
  signOpenPolicies,
];
