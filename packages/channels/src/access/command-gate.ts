import type { Config } from '@chela/config';
import { isRecord } from '../record.ts';

/** Who may use commands in a conversation, as far as the channel decides (reference channels/framework.md §9). Pure. */

export interface CommandQuestion {
  readonly config: Config;
  /** Whether the sender is on a list that could authorise commands: by name, because it takes anybody, or not. */
  readonly isListed: boolean;
  /** Some list could authorise commands here. */
  readonly hasLists: boolean;
  /** The sender is the owner, as the lists say. */
  readonly isOwner: boolean;
  /** The channel's commands are for owners alone. */
  readonly needsOwner: boolean;
}

export function mayCommand({ config, isListed, hasLists, isOwner, needsOwner }: CommandQuestion): boolean {
  if (needsOwner && !isOwner) return false;
  const usesGroups = !isRecord(config.commands) || config.commands.useAccessGroups !== false;
  return usesGroups ? hasLists && isListed : true;
}
