import type { AllowlistSyntax } from '@chela/channels/adapter';

/**
 * Entries are numeric ids, with or without the channel's name (reference channels/telegram.md §1). Names are none: anybody
 * can take a name that somebody gave up.
 */
export const allowlist: AllowlistSyntax = {
  readEntry(entry) {
    const plain = entry
      .trim()
      .replace(/^(telegram|tg):/i, '')
      .trim();
    return plain === '*' || /^-?\d+$/.test(plain) ? plain : undefined;
  },
  writingsOf: ({ id }) => [id],
};
