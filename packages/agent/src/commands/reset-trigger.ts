import type { Config } from '@chela/config';
import { isConversation } from '../messages/conversation.ts';
import type { AgentRequest } from '../runtime.ts';
import { mayCommand } from './command-access.ts';

const RESET_TRIGGERS = ['/new', '/reset'];

/** What stands behind a reset trigger. */
export interface Reset {
  readonly rest: string;
  /** Nothing but the trigger, and one of the usual ones: the agent greets. A trigger of the configuration is a message, too. */
  readonly isBare: boolean;
}

/**
 * The reset that a message asks for (reference agent/sessions.md §5.3); undefined when it asks for none, or its sender may
 * not command.
 */
export function readReset(request: AgentRequest, config: Config): Reset | undefined {
  if (request.verbatim === true) return undefined;
  const trimmed = request.text.trim();
  const lower = trimmed.toLowerCase();
  const configured = config.session?.resetTriggers;
  const triggers = Array.isArray(configured) ? configured.filter((word) => typeof word === 'string') : RESET_TRIGGERS;
  const found = triggers
    .map((word) => word.trim().toLowerCase())
    .find((word) => word !== '' && (lower === word || lower.startsWith(`${word} `)));
  if (found === undefined || (isConversation(request) && !mayCommand(config, request))) return undefined;
  const rest = trimmed.slice(found.length).trim();
  if (rest !== '') return { rest, isBare: false };
  return RESET_TRIGGERS.includes(found) ? { rest, isBare: true } : { rest: trimmed, isBare: false };
}
