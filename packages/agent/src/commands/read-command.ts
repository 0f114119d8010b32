import type { Config } from '@chela/config';
import { type InlineDirectives, parseInlineDirectives, type QueueDirective } from './inline-directives.ts';

/** Which messages are commands that the gateway answers itself (reference agent/sessions.md §19, §20). Pure. */

export type Command =
  | { readonly key: 'help' }
  | { readonly key: 'status' }
  | { readonly key: 'think' | 'verbose' | 'reasoning'; readonly raw?: string; readonly level?: string }
  | { readonly key: 'model'; readonly raw?: string }
  | { readonly key: 'queue'; readonly directive: QueueDirective };

/**
 * The command a message consists of; undefined for everything that goes to the model, unknown commands included.
 * Commands without arguments followed by text are no commands.
 */
export function readCommand(text: string, config: Config): Command | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('/')) return undefined;
  if (/^\/help:?$/i.test(trimmed)) return { key: 'help' };
  const parsed = parseInlineDirectives(trimmed, { modelAliases: modelAliases(config) });
  return parsed.cleaned === '' ? onlyDirective(parsed) : undefined;
}

/** Names under which models can be chosen: `agents.defaults.models.<ref>.alias`. */
export function modelAliases(config: Config): readonly string[] {
  return Object.values(config.agents?.defaults?.models ?? {}).flatMap(({ alias }) => alias ?? []);
}

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

/** Several directives in one message are left to the model: each of them would need an answer of its own. */
function onlyDirective(parsed: InlineDirectives): Command | undefined {
  const { cleaned: _text, status, ...directives } = parsed;
  const names = Object.keys(directives);
  if (status) return names.length === 0 ? { key: 'status' } : undefined;
  if (names.length !== 1) return undefined;
  if (parsed.think !== undefined) return { key: 'think', ...parsed.think };
  if (parsed.verbose !== undefined) return { key: 'verbose', ...parsed.verbose };
  if (parsed.reasoning !== undefined) return { key: 'reasoning', ...parsed.reasoning };
  if (parsed.queue !== undefined) return { key: 'queue', directive: parsed.queue };
  if (parsed.model === undefined || parsed.model.profile !== undefined) return undefined;
  return { key: 'model', ...parsed.model };
}
