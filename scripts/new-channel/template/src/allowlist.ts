import type { AllowlistSyntax } from '@chela/channels/adapter';

/** Entries are the vendor's ids, with or without the channel's name. What a person can choose, e.g. a name, is no entry. */
export const allowlist: AllowlistSyntax = {
  readEntry(entry) {
    const id = entry.trim().replace(/^newchannel:/i, '');
    return id === '*' || /^[\w-]+$/.test(id) ? id : undefined;
  },
  writingsOf: ({ id }) => [id],
};
