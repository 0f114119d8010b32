import type { TargetSyntax } from '@chela/channels/adapter';

/** Names that could end a line or split its parameters are no targets. */
const FORBIDDEN = /[\s:\p{Cc},]/u;
const CHANNEL = /^[#&]./;
const NICK = /^[\p{L}[\]\\`_^{|}][\p{L}\p{N}[\]\\`_^{|}-]*$/u;

export const isChannelName = (name: string): boolean => CHANNEL.test(name);

/** `#chan`, `&chan` or a nick; `irc:`, `channel:` and `user:` may stand before it (reference channels/irc.md, "Outbound"). */
export const targets: TargetSyntax = {
  hint: '<#channel|nick>',
  read(target) {
    const bare = target.trim().replace(/^irc:/i, '');
    const [, kind, name] = /^(?:(channel|user):)?(.*)$/i.exec(bare) ?? [];
    if (!name || FORBIDDEN.test(name)) return undefined;
    if (kind?.toLowerCase() === 'channel' && !isChannelName(name)) return { to: `#${name}` };
    return isChannelName(name) || NICK.test(name) ? { to: name } : undefined;
  },
  looksLikeId: (target) => targets.read(target) !== undefined,
  conversationAt: ({ to }) => ({ type: isChannelName(to) ? 'group' : 'direct', id: to }),
  write: ({ to }) => `irc:${to}`,
};

/** Messages go to the nick of nick!user@host. */
export const pairingTarget = (id: string): string => id.replace(/!.*$/, '');
