import type { InboundMessage } from '@chela/channels/adapter';
import { isChannelName } from './targets.ts';

/** A PRIVMSG as the client library reads it. */
export interface IrcMessage {
  /** `privmsg`, or `action` for what `/me` sends. */
  readonly type: 'privmsg' | 'action';
  readonly nick: string;
  readonly user: string;
  readonly host: string;
  /** A channel, or our nick. */
  readonly target: string;
  readonly text: string;
  /** Services' account of the sender, when the server tells. */
  readonly account?: string;
  /** The server's own id of the message. */
  readonly id?: string;
  /** Milliseconds since the epoch, when the server tells. */
  readonly at?: number;
}

/** A control character with what may be the numbers of a colour. Bold and its like are single characters. */
const FORMAT_CODE = /(\p{Cc})(\d{1,2}(?:,\d{1,2})?)?/gu;
const COLOUR = '\u0003';

/** Words without the marks of terminals. */
function withoutFormat(text: string): string {
  return text.replace(FORMAT_CODE, (_code, sign: string, digits: string = '') => (sign === COLOUR ? '' : digits));
}

/** The kernel's reading of a message; undefined for one without words (reference channels/irc.md, "Inbound"). Pure. */
export function inboundMessage(
  message: IrcMessage,
  context: { readonly ownNick: string; readonly now: number; readonly newId: () => string },
): InboundMessage | undefined {
  const said = withoutFormat(message.text).trim();
  if (said === '' || message.nick === '' || isSameNick(message.nick, context.ownNick)) return undefined;
  const text = message.type === 'action' ? `* ${message.nick} ${said}` : said;
  const isGroup = isChannelName(message.target);
  const peer = isGroup ? message.target : message.nick;
  const user = message.user || '?';
  return {
    kind: 'message',
    messageId: message.id ?? context.newId(),
    at: message.at ?? context.now,
    conversation: isGroup ? { type: 'group', id: peer, label: peer, subject: peer } : { type: 'direct', id: peer },
    sender: {
      id: message.host === '' ? message.nick : `${message.nick}!${user}@${message.host}`,
      name: message.nick,
      aliases: [
        message.nick,
        `${message.nick}!${user}`,
        ...(message.host === '' ? [] : [`${message.nick}@${message.host}`]),
        ...(message.account === undefined ? [] : [`account:${message.account}`]),
      ],
    },
    replyTo: { to: peer },
    text,
    ...commandText(said, context.ownNick),
    mention: { isDetectable: true, ofUs: namesNick(text, context.ownNick), ofOthers: false, isReplyToUs: false },
    attachments: [],
  };
}

/** `nick: /status` is the command without our name. */
function commandText(said: string, ownNick: string): { readonly commandText?: string } {
  const [, name = '', rest = ''] = /^@?([^\s:,]+)[:,]?\s+(\/.*)$/.exec(said) ?? [];
  return name !== '' && isSameNick(name, ownNick) ? { commandText: rest } : {};
}

/** Nicks differ in more than case: on IRC `{|}^` are the small letters of `[\]~`. */
export function isSameNick(a: string, b: string): boolean {
  return foldNick(a) === foldNick(b);
}

const FOLDED: Readonly<Record<string, string>> = { '[': '{', ']': '}', '\\': '|', '~': '^' };

export function foldNick(nick: string): string {
  return nick.toLowerCase().replace(/[[\]\\~]/g, (sign) => FOLDED[sign] ?? sign);
}

/** Signs that may stand in a nick; where one of them touches it, it is another nick. */
const NICK_SIGN = /[\p{L}\p{N}[\]\\`_^{|}-]/u;

function namesNick(text: string, nick: string): boolean {
  const words = text.toLowerCase();
  const wanted = nick.toLowerCase();
  for (let at = words.indexOf(wanted); at >= 0; at = words.indexOf(wanted, at + 1)) {
    const before = words[at - 1] ?? ' ';
    const behind = words[at + wanted.length] ?? ' ';
    if (!NICK_SIGN.test(before) && !NICK_SIGN.test(behind)) return true;
  }
  return false;
}
