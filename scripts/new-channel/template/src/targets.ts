import type { TargetSyntax } from '@chela/channels/adapter';

const PREFIX = /^newchannel:/i;
const ID = /^[\w-]+$/;

/** Ids of people and groups as the vendor writes them; `newchannel:` may stand before one. */
export const targets: TargetSyntax = {
  hint: '<id>',
  read(target) {
    const id = target.trim().replace(PREFIX, '');
    return ID.test(id) ? { to: id } : undefined;
  },
  looksLikeId: (target) => PREFIX.test(target.trim()) && targets.read(target) !== undefined,
  write: ({ to }) => `newchannel:${to}`,
};
