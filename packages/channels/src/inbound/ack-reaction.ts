import { agentConfig, type Config } from '@chela/config';
import type { InboundMessage } from '../contract/inbound.ts';
import { isRecord, textOf } from '../record.ts';

const DEFAULT_EMOJI = '👀';

/**
 * The reaction that says a message was seen; undefined for none (reference channels/framework.md §15). Account and channel
 * stand over `messages`, an empty text switches it off. Pure.
 */
export function ackEmoji(facts: {
  readonly config: Config;
  /** Merged settings of the account. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly agentId: string;
  readonly chatType: InboundMessage['conversation']['type'];
  /** The group answers to mentions alone. */
  readonly needsMention: boolean;
  readonly wasMentioned: boolean;
}): string | undefined {
  const { config, settings } = facts;
  const messages = isRecord(config.messages) ? config.messages : {};
  if (!isInScope(messages.ackReactionScope, facts)) return undefined;
  const written = [settings.ackReaction, messages.ackReaction].find((value) => typeof value === 'string');
  if (typeof written === 'string') return textOf(written);
  return textOf(agentConfig(config, facts.agentId)?.identity?.emoji) ?? DEFAULT_EMOJI;
}

function isInScope(
  scope: unknown,
  facts: { readonly chatType: string; readonly needsMention: boolean; readonly wasMentioned: boolean },
): boolean {
  const isGroup = facts.chatType !== 'direct';
  switch (scope) {
    case 'all':
      return true;
    case 'direct':
      return !isGroup;
    case 'group-all':
      return isGroup;
    case 'off':
    case 'none':
      return false;
    default:
      return isGroup && facts.needsMention && facts.wasMentioned;
  }
}
