import { type ConversationEntry, conversationPrompt } from './conversation.ts';
import type { ResponsesBody, ResponsesItem, ResponsesPart } from './responses-schema.ts';

export interface ResponsesPrompt {
  /** Empty when no item says anything. */
  readonly prompt: string;
  /** Texts of system and developer messages. */
  readonly system: readonly string[];
  readonly parts: readonly ResponsesPart[];
}

/** What the items of a `/v1/responses` request say (reference protocol/http.md §3). */
export function responsesPrompt(input: ResponsesBody['input']): ResponsesPrompt {
  if (typeof input === 'string') return { prompt: input.trim() === '' ? '' : input, system: [], parts: [] };
  const entries: ConversationEntry[] = [];
  const system: string[] = [];
  for (const item of input) {
    const text = itemText(item).trim();
    if (text === '') continue;
    if (item.type === 'function_call_output') {
      entries.push({ role: 'tool', sender: `Tool:${item.call_id}`, text });
    } else if (item.type === 'message') {
      if (item.role === 'system' || item.role === 'developer') system.push(text);
      else entries.push({ role: item.role, sender: item.role === 'user' ? 'User' : 'Assistant', text });
    }
  }
  return { prompt: conversationPrompt(entries), system, parts: input.flatMap(partsOf) };
}

/** Calls, reasoning and references are accepted and say nothing. */
function itemText(item: ResponsesItem): string {
  if (item.type === 'function_call_output') return item.output;
  if (item.type !== 'message') return '';
  if (typeof item.content === 'string') return item.content;
  return item.content
    .flatMap((part) => (part.type === 'input_text' || part.type === 'output_text' ? [part.text] : []))
    .join('\n');
}

function partsOf(item: ResponsesItem): readonly ResponsesPart[] {
  return item.type === 'message' && item.role === 'user' && Array.isArray(item.content) ? item.content : [];
}
