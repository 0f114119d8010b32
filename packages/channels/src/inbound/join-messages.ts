import type { InboundMessage } from '../contract/inbound.ts';

/** Several messages of one person as one. Pure. */

/**
 * Parts that the vendor cut or grouped: the last piece of a text, the first of a group that has words speaks for all
 * (reference channels/telegram.md §3.4, §3.5; golden telegram/tg-044, tg-037).
 */
export function joinParts(parts: readonly [InboundMessage, ...InboundMessage[]], separator: string): InboundMessage {
  const [first] = parts;
  const isCut = first.part?.follows !== undefined;
  const lead = (isCut ? parts.at(-1) : parts.find(({ text }) => text !== '')) ?? first;
  return joined(lead, parts, separator);
}

/**
 * Texts that came in quick succession: the last one speaks for all, and a blank stands between short ones as the original
 * shows them to the model (golden telegram/tg-074); texts of several lines keep theirs.
 */
export function joinQuick(messages: readonly [InboundMessage, ...InboundMessage[]]): InboundMessage {
  const last = messages.at(-1) ?? messages[0];
  const isShort = messages.every(({ text }) => !text.includes('\n'));
  return joined(last, messages, isShort ? ' ' : '\n');
}

function joined(lead: InboundMessage, all: readonly InboundMessage[], separator: string): InboundMessage {
  if (all.length === 1) return lead;
  const { part: _part, commandText: _command, mention, ...rest } = lead;
  const quote = firstOf(all, (message) => message.quote);
  const forward = firstOf(all, (message) => message.forward);
  const location = firstOf(all, (message) => message.location);
  const note = firstOf(all, (message) => message.note);
  return {
    ...rest,
    text: all.flatMap(({ text }) => (text === '' ? [] : [text])).join(separator),
    mention: {
      isDetectable: mention.isDetectable,
      ofUs: all.some((message) => message.mention.ofUs),
      ofOthers: all.some((message) => message.mention.ofOthers),
      isReplyToUs: all.some((message) => message.mention.isReplyToUs),
      ...(all.some((message) => message.mention.isForced === true) && { isForced: true }),
    },
    attachments: all.flatMap(({ attachments }) => attachments),
    ...(quote === undefined ? {} : { quote }),
    ...(forward === undefined ? {} : { forward }),
    ...(location === undefined ? {} : { location }),
    ...(note === undefined ? {} : { note }),
  };
}

function firstOf<T>(all: readonly InboundMessage[], read: (message: InboundMessage) => T | undefined): T | undefined {
  return all.map(read).find((value) => value !== undefined);
}
