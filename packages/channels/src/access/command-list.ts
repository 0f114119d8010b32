import type { Config } from '@chela/config';
import { isRecord } from '../record.ts';
import { ANYBODY, entriesOf } from './lists.ts';

/**
 * `commands.allowFrom`, which replaces every other rule about commands where it is set: whether it takes a sender's id;
 * undefined where it is not set (reference channels/framework.md §9). Pure.
 */
export function commandList(config: Config, channel: string): ((senderId: string) => boolean) | undefined {
  const lists = isRecord(config.commands) ? config.commands.allowFrom : undefined;
  if (!isRecord(lists)) return undefined;
  const entries = (entriesOf(lists[channel] ?? lists[ANYBODY]) ?? []).map((entry) => entry.toLowerCase());
  return (senderId) => {
    const id = senderId.toLowerCase();
    return entries.some((entry) => entry === ANYBODY || entry === id || entry === `${channel}:${id}`);
  };
}
