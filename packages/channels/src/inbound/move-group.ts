import type { Config, ConfigEdit } from '@chela/config';
import type { InboundMove } from '../contract/inbound.ts';
import type { AccountName } from '../kernel.ts';
import { isRecord } from '../record.ts';

/**
 * The edits that move a group's settings to its new id, below the channel and below the account (reference
 * channels/telegram.md §3 "Migration"). None when there is nothing to move or something stands there already. Pure.
 */
export function groupMoveEdits(
  config: Config,
  { channel, accountId }: AccountName,
  { from, to }: InboundMove,
): readonly ConfigEdit[] {
  const section = isRecord(config.channels) ? config.channels[channel] : undefined;
  if (!isRecord(section)) return [];
  const accounts = isRecord(section.accounts) ? section.accounts : {};
  const account = Object.entries(accounts).find(([id]) => id.toLowerCase() === accountId);
  const places = [
    { path: ['channels', channel], settings: section },
    ...(account !== undefined && isRecord(account[1])
      ? [{ path: ['channels', channel, 'accounts', account[0]], settings: account[1] }]
      : []),
  ];
  return places.flatMap(({ path, settings }): ConfigEdit[] => {
    const groups = isRecord(settings.groups) ? settings.groups : {};
    const moved = groups[from];
    if (moved === undefined || groups[to] !== undefined) return [];
    return [
      { path: [...path, 'groups', to], value: moved },
      { path: [...path, 'groups', from], value: undefined },
    ];
  });
}
