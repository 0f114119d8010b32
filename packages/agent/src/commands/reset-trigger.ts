import type { Config } from '@chela/config';

const RESET_TRIGGERS = ['/new', '/reset'];

/** The text after a reset trigger; undefined when the message is none (reference agent/sessions.md §5.3). */
export function readReset(text: string, config: Config): { readonly rest: string } | undefined {
  const trimmed = text.trim();
  const lower = trimmed.toLowerCase();
  const configured = config.session?.resetTriggers;
  const triggers = Array.isArray(configured) ? configured.filter((word) => typeof word === 'string') : RESET_TRIGGERS;
  const found = triggers
    .map((word) => word.trim().toLowerCase())
    .find((word) => word !== '' && (lower === word || lower.startsWith(`${word} `)));
  return found === undefined ? undefined : { rest: trimmed.slice(found.length).trim() };
}
