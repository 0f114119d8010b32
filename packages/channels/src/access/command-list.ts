import type { Config } from '@chela/config';
import { isRecord } from '../record.ts';
import { ANYBODY, entriesOf } from './lists.ts';

/**
 * `commands.allowFrom`, which replaces every other rule about commands where it is set: whether it takes a sender's id;
 * undefined where neither
 * the channel nor `*` has one (reference channels/framework.md §9). Pure.
 */
export function commandList(config: Config, channel: string): ((senderId: string) => boolean) | undefined {
  const lists = isRecord(config.commands) ? config.commands.allowFrom : undefined;
  if (!isRecord(lists)) return undefined;
  // A list for other channels alone says nothing of this one.
  const entries = (entriesOf(lists[channel]) ?? entriesOf(lists[ANYBODY]))?.map((entry) => entry.toLowerCase());
  if (entries === undefined) return undefined;
  return (senderId) => {
    const id = senderId.toLowerCase();
    return entries.some((entry) => entry === ANYBODY || entry === id || entry === `${channel}:${id}`);
  };
}
