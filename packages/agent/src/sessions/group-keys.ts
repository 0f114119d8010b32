import { MAIN_AGENT_ID } from './agent-id.ts';
import { agentMainSessionKey } from './session-keys.ts';

/** Session keys and names derived from an inbound message's own fields (reference agent/sessions.md §1.1, §1.4). Pure. */

export interface MessageContext {
  readonly From?: string;
  readonly ChatType?: string;
  readonly Provider?: string;
  readonly SessionKey?: string;
}

export interface GroupKey {
  /** Without agent prefix, e.g. `whatsapp:group:12@g.us`. */
  readonly key: string;
  readonly channel: string;
  readonly id: string;
  readonly chatType: 'group' | 'channel';
}

/** Channel ids that may stand at the head of a sender address. */
const SURFACES = new Set(
  (
    'telegram whatsapp discord irc googlechat slack signal imessage webchat bluebubbles feishu line matrix ' +
    'mattermost msteams nextcloud-talk nostr tlon twitch zalo zalouser'
  ).split(' '),
);

/** Reads the group out of a sender address; undefined for direct messages and when no channel is known. */
export function groupKeyOf(context: MessageContext): GroupKey | undefined {
  const from = (context.From ?? '').trim();
  const chatType = (context.ChatType ?? '').trim().toLowerCase();
  const whatsappGroup = from.toLowerCase().endsWith('@g.us');
  const grouped = chatType === 'group' || chatType === 'channel' || /:(?:group|channel):/.test(from) || whatsappGroup;
  if (!grouped) return undefined;
  const parts = from.split(':').filter(Boolean);
  const head = (parts[0] ?? '').trim().toLowerCase();
  const headIsSurface = SURFACES.has(head);
  const provider = (context.Provider ?? '').trim().toLowerCase() || (whatsappGroup ? 'whatsapp' : '');
  const channel = headIsSurface ? head : provider;
  if (channel === '') return undefined;
  const second = (parts[1] ?? '').trim().toLowerCase();
  const secondIsKind = second === 'group' || second === 'channel';
  const isChannel = secondIsKind ? second === 'channel' : chatType === 'channel' || from.includes(':channel:');
  const rawId = headIsSurface ? parts.slice(secondIsKind ? 2 : 1).join(':') : from;
  const id = rawId.trim().toLowerCase();
  if (id === '') return undefined;
  const kind = isChannel ? 'channel' : 'group';
  return { key: `${channel}:${kind}:${id}`, channel, id, chatType: kind };
}

/** The session of a message that carries no routing of its own. */
export function sessionKeyFromContext(scope: string, context: MessageContext, mainKey = ''): string {
  const explicit = (context.SessionKey ?? '').trim().toLowerCase();
  if (explicit !== '') return explicit;
  if (scope === 'global') return 'global';
  const group = groupKeyOf(context);
  return group === undefined ? agentMainSessionKey(MAIN_AGENT_ID, mainKey) : `agent:${MAIN_AGENT_ID}:${group.key}`;
}

/** A short name for a group in lists, e.g. `telegram:g-family`. */
export function groupDisplayName(group: {
  readonly provider?: string;
  readonly subject?: string;
  readonly groupChannel?: string;
  readonly space?: string;
  readonly id?: string;
  readonly key: string;
}): string {
  const provider = group.provider?.trim().toLowerCase() || 'group';
  const channel = group.groupChannel?.trim() ?? '';
  const space = group.space?.trim() ?? '';
  const inSpace = `${space}${channel.startsWith('#') ? '' : '#'}${channel}`;
  const detail = channel !== '' && space !== '' ? inSpace : channel || group.subject?.trim() || space;
  const name = slug(detail || group.id?.trim() || group.key);
  const bare = channel === '' ? name.replace(/^#+/, '') : name;
  if (bare === '') return provider;
  const marked = /^[@#]/.test(bare) || bare.startsWith('g-') || bare.includes('#');
  return `${provider}:${marked ? bare : `g-${bare}`}`;
}

function slug(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/\s+/g, '-')
    .replace(/[^a-z0-9#@._+-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
}
