import type { AllowlistSyntax } from '@chela/channels/adapter';

/**
 * Entries are `nick`, `nick!user`, `nick@host`, `nick!user@host` or `account:name`, with `irc:` or `user:` before them,
 * in any case (reference channels/irc.md, "Access"). Accounts are what the server vouches for; nicks are not.
 */
export const allowlist: AllowlistSyntax = {
  readEntry(entry) {
    const name = entry
      .trim()
      .replace(/^(irc|user):/i, '')
      .toLowerCase();
    return name === '' ? undefined : name;
  },
  writingsOf: ({ id, aliases = [] }) => [...new Set([id, ...aliases].map((writing) => writing.toLowerCase()))],
};
