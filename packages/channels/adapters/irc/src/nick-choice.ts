/** Nicks that are tried before the login is given up; a crash leaves a ghost or two behind. */
const ATTEMPTS = 4;
const NICK_MAX_LENGTH = 29;

/**
 * The nick to try after `attempt` others were in use (1 for the first), undefined when it is time to give up: the nick with
 * one more `_` each time (reference channels/irc.md, "Transport and login", and its pain points). Pure.
 */
export function fallbackNick(wanted: string, attempt: number): string | undefined {
  if (attempt > ATTEMPTS) return undefined;
  const plain = wanted.replace(/[^\p{L}\p{N}[\]\\`_^{|}-]/gu, '') || 'openclaw';
  return `${plain.slice(0, NICK_MAX_LENGTH - attempt + 1)}${'_'.repeat(attempt)}`;
}
