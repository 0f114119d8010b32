import { personLabel } from '@chela/agent';
import type {
  InboundAttachment,
  InboundConversation,
  InboundLocation,
  InboundMessage,
  InboundSender,
} from '../contract/inbound.ts';

/** The words for what a message holds besides text (reference channels/framework.md §4). Pure. */

/** What the model reads: the text with its location, or a placeholder for what came without words. */
export function messageText(message: InboundMessage): string {
  const location = message.location === undefined ? '' : locationText(message.location);
  const words = [location, message.text.replaceAll('\r\n', '\n').trim()].filter((part) => part !== '').join(' ');
  const [first] = message.attachments;
  if (words !== '' || first === undefined) return words;
  return `<media:${PLACEHOLDERS[first.kind]}>`;
}

const PLACEHOLDERS: Readonly<Record<InboundAttachment['kind'], string>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  voice: 'audio',
  document: 'document',
  sticker: 'sticker',
};

/** A pin, a named place or a position that is followed; degrees with six decimals (golden telegram/tg-040). */
export function locationText(location: InboundLocation): string {
  const { latitude, longitude, accuracyMeters, name, address } = location;
  const accuracy = accuracyMeters === undefined ? '' : ` ±${Math.round(accuracyMeters)}m`;
  const point = `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`;
  if (location.isLive === true) return `🛰 Live location: ${point}${accuracy}`;
  const place = [name, address].filter((part) => part !== undefined && part !== '').join(' — ');
  return place === '' ? `📍 ${point}${accuracy}` : `📍 ${place} (${point}${accuracy})`;
}

/** How a group's history names a person (golden telegram/tg-018). */
export function historyLabel(sender: InboundSender): string {
  if (sender.label !== undefined) return sender.label;
  if (sender.e164 !== undefined) return personLabel(sender);
  const name = [sender.name, sender.username === undefined ? undefined : `(@${sender.username})`].filter(Boolean);
  return [...name, `id:${sender.id}`].join(' ');
}

/** The name of a group's conversation; undefined for a direct one. */
export function conversationLabel(conversation: InboundConversation): string | undefined {
  if (conversation.type === 'direct') return undefined;
  if (conversation.label !== undefined) return conversation.label;
  const { id, threadLabel, channelName, subject, space } = conversation;
  const label = threadLabel ?? channelName ?? subject ?? space ?? id;
  const isBareId = /^-?\d+$/.test(id) || id.includes('@g.us');
  return !isBareId || label.includes(id) || /^[#@]/.test(label) ? label : `${label} id:${id}`;
}
