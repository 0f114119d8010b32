import type { ModelMessage, TextPart, ToolResultMessage } from '@chela/models';
import { messageChars } from '../messages/context-guard.ts';
import type { PruningSettings } from './pruning-settings.ts';

/**
 * Trims and clears old tool results where a provider's prompt cache has gone cold anyway (reference agent/sessions.md
 * §14.4). What is pruned depends on the history alone: results before the newest pause longer than the cache lives. So
 * a request inside that time has the same beginning as the one before it, and the cache is used. Pure.
 */
export function pruneResults(
  messages: readonly ModelMessage[],
  settings: PruningSettings,
  contextWindowTokens: number,
): readonly ModelMessage[] {
  const windowChars = contextWindowTokens * CHARS_PER_TOKEN;
  const before = Math.min(coldUntil(messages, settings.ttlMs), protectedFrom(messages, settings.keepLastAssistants));
  const from = messages.findIndex(({ role }) => role === 'user');
  const mayPrune = (message: ModelMessage, at: number): message is ToolResultMessage =>
    at >= from && at < before && message.role === 'toolResult' && isPrunable(message, settings.tools);
  if (from === -1 || total(messages) / windowChars < settings.softTrimRatio) return messages;
  const trimmed = messages.map((message, at) =>
    mayPrune(message, at) ? softTrim(message, settings.softTrim) : message,
  );
  if (!settings.hardClear.enabled) return trimmed;
  const prunable = trimmed.filter(mayPrune).reduce((sum, message) => sum + textChars(message), 0);
  if (prunable < settings.minPrunableToolChars) return trimmed;
  let left = total(trimmed);
  return trimmed.map((message, at) => {
    if (left / windowChars < settings.hardClearRatio || !mayPrune(message, at)) return message;
    const cleared: ToolResultMessage = {
      ...message,
      content: [{ type: 'text', text: settings.hardClear.placeholder }],
    };
    left -= messageChars(message) - messageChars(cleared);
    return cleared;
  });
}

/** Only these providers charge less for what they have cached for a while (§14.4). */
export function hasPromptCache({ provider, model }: { readonly provider: string; readonly model: string }): boolean {
  const id = provider.toLowerCase();
  return id === 'anthropic' || (id === 'openrouter' && model.toLowerCase().startsWith('anthropic/'));
}

const CHARS_PER_TOKEN = 4;

/** Index of the first message after the newest pause that is longer than the cache lives; 0 without one. */
function coldUntil(messages: readonly ModelMessage[], ttlMs: number): number {
  for (let at = messages.length - 1; at > 0; at -= 1) {
    const pauseMs = (messages[at]?.timestamp ?? 0) - (messages[at - 1]?.timestamp ?? 0);
    if (pauseMs > ttlMs) return at;
  }
  return 0;
}

/** Index from which on results belong to the newest answers, which keep theirs. */
function protectedFrom(messages: readonly ModelMessage[], answers: number): number {
  let left = answers;
  if (left === 0) return messages.length;
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    if (messages[at]?.role !== 'assistant') continue;
    left -= 1;
    if (left === 0) return at;
  }
  return 0;
}

function isPrunable(message: ToolResultMessage, tools: PruningSettings['tools']): boolean {
  if (message.content.some(({ type }) => type === 'image')) return false;
  const name = message.toolName.toLowerCase();
  if (matches(tools.deny, name)) return false;
  return !Array.isArray(tools.allow) || tools.allow.length === 0 || matches(tools.allow, name);
}

/** Names may hold `*`. */
function matches(patterns: unknown, name: string): boolean {
  if (!Array.isArray(patterns)) return false;
  return patterns.some((pattern: unknown) => {
    const parts = String(pattern).trim().toLowerCase().split('*');
    return new RegExp(`^${parts.map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(name);
  });
}

function softTrim(message: ToolResultMessage, limits: PruningSettings['softTrim']): ToolResultMessage {
  const chars = textChars(message);
  if (chars <= limits.maxChars || limits.headChars + limits.tailChars >= chars) return message;
  const text = message.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  const tail = limits.tailChars === 0 ? '' : text.slice(-limits.tailChars);
  const note = `[Tool result trimmed: the first ${limits.headChars} and the last ${limits.tailChars} of ${chars} characters are left.]`;
  return {
    ...message,
    content: [{ type: 'text', text: `${text.slice(0, limits.headChars)}\n...\n${tail}\n\n${note}` }],
  };
}

function textChars(message: ToolResultMessage): number {
  return message.content
    .filter((part): part is TextPart => part.type === 'text')
    .reduce((sum, { text }) => sum + text.length, 0);
}

function total(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, message) => sum + messageChars(message), 0);
}
