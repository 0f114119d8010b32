import type { ImagePart, ModelMessage, TextPart, ToolResultMessage } from '@chela/models';

/**
 * Makes a message list fit a context window (reference agent/tools.md ). Old tool output goes first, then whole
 * turns from the beginning, then the middle of an oversized last message; the request always fits.
 */

export const REMOVED_OUTPUT_TEXT = '[compacted: tool output removed to free context]';
const TRUNCATED_OUTPUT_SUFFIX = '\n[truncated: output exceeded context limit]';
const DROPPED_TURNS_TEXT = '[Earlier parts of this conversation were left out to fit the context window.]';
const TRUNCATED_MESSAGE_TEXT = '\n[… part of this message was left out to fit the context window …]\n';

const CHARS_PER_TOKEN = 4;
const TOOL_RESULT_CHARS_PER_TOKEN = 2;
const IMAGE_CHARS = 8_000;
const INPUT_SHARE = 0.75;
const ONE_RESULT_SHARE = 0.5;

export interface GuardInput {
  readonly messages: readonly ModelMessage[];
  /** Characters of system prompt and tool schemas, which are sent as well. */
  readonly fixedChars: number;
  readonly contextWindowTokens: number;
}

/** Returns the same list when it already fits. All sizes are compared in characters of ordinary text. */
export function fitMessages(input: GuardInput): readonly ModelMessage[] {
  const windowChars = input.contextWindowTokens * CHARS_PER_TOKEN;
  const budget = Math.max(0, windowChars * INPUT_SHARE - input.fixedChars);
  const oneResultMax = Math.floor(input.contextWindowTokens * ONE_RESULT_SHARE) * TOOL_RESULT_CHARS_PER_TOKEN;
  const capped = mapChanged(input.messages, (message) => capResult(message, oneResultMax));
  if (totalChars(capped) <= budget) return capped;
  const pruned = pruneOldResults(capped, budget);
  if (totalChars(pruned) <= budget) return pruned;
  return cutLastMessage(dropOldTurns(pruned, budget), budget);
}

/** The weight of a message in characters of ordinary text. */
export function messageChars(message: ModelMessage): number {
  if (message.role === 'assistant') return message.content.reduce((sum, part) => sum + assistantPartChars(part), 0);
  const weight = message.role === 'toolResult' ? CHARS_PER_TOKEN / TOOL_RESULT_CHARS_PER_TOKEN : 1;
  return message.content.reduce(
    (sum, part) => sum + (part.type === 'text' ? part.text.length * weight : IMAGE_CHARS),
    0,
  );
}

function assistantPartChars(part: Extract<ModelMessage, { role: 'assistant' }>['content'][number]): number {
  if (part.type === 'text') return part.text.length;
  if (part.type === 'thinking') return part.thinking.length;
  return part.name.length + JSON.stringify(part.arguments).length;
}

function totalChars(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, message) => sum + messageChars(message), 0);
}

function capResult(message: ModelMessage, maxChars: number): ModelMessage {
  if (message.role !== 'toolResult') return message;
  const chars = message.content.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0);
  if (chars <= maxChars) return message;
  let left = Math.max(0, maxChars - TRUNCATED_OUTPUT_SUFFIX.length);
  const content: (TextPart | ImagePart)[] = [];
  for (const part of message.content) {
    if (part.type === 'image') content.push(part);
    else if (left > 0) content.push({ type: 'text', text: part.text.slice(0, left) });
    if (part.type === 'text') left -= part.text.length;
  }
  return { ...message, content: [...content, { type: 'text', text: TRUNCATED_OUTPUT_SUFFIX }] };
}

/** Oldest first; results of the newest step stay as long as anything older is left to give up. */
function pruneOldResults(messages: readonly ModelMessage[], budget: number): readonly ModelMessage[] {
  let total = totalChars(messages);
  return messages.map((message) => {
    if (total <= budget || message.role !== 'toolResult') return message;
    const placeholder = withoutOutput(message);
    const saved = messageChars(message) - messageChars(placeholder);
    if (saved <= 0) return message;
    total -= saved;
    return placeholder;
  });
}

function withoutOutput(message: ToolResultMessage): ToolResultMessage {
  return { ...message, content: [{ type: 'text', text: REMOVED_OUTPUT_TEXT }] };
}

/** Turns begin with a user message, so calls and results leave together. The last turn stays. */
function dropOldTurns(messages: readonly ModelMessage[], budget: number): readonly ModelMessage[] {
  const allowed = budget - DROPPED_TURNS_TEXT.length;
  let from = messages.length;
  let kept = 0;
  for (let index = messages.length - 1; index > 0; index -= 1) {
    const message = messages[index];
    if (message === undefined) break;
    kept += messageChars(message);
    if (message.role !== 'user') continue;
    if (kept > allowed && from < messages.length) break;
    from = index;
    if (kept > allowed) break;
  }
  if (from === messages.length) return messages;
  const timestamp = messages[from]?.timestamp ?? 0;
  const note: ModelMessage = { role: 'user', content: [{ type: 'text', text: DROPPED_TURNS_TEXT }], timestamp };
  return [note, ...messages.slice(from)];
}

/** Head and tail of every user text that is too long for what is left; only reached by a single huge message. */
function cutLastMessage(messages: readonly ModelMessage[], budget: number): readonly ModelMessage[] {
  const total = totalChars(messages);
  if (total <= budget) return messages;
  const texts = messages.reduce((sum, message) => sum + (message.role === 'user' ? messageChars(message) : 0), 0);
  const keep = Math.max(0, Math.floor((budget - (total - texts)) * 0.9));
  return messages.map((message) => (message.role === 'user' ? cutUserMessage(message, keep) : message));
}

function cutUserMessage(message: Extract<ModelMessage, { role: 'user' }>, keep: number): ModelMessage {
  const content = message.content.flatMap((part): (TextPart | ImagePart)[] => {
    if (part.type === 'image') return keep > IMAGE_CHARS * 2 ? [part] : [];
    if (part.text.length <= keep / 2) return [part];
    const side = Math.max(0, Math.floor((keep - TRUNCATED_MESSAGE_TEXT.length) / 2));
    const tail = side === 0 ? '' : part.text.slice(-side);
    return [{ type: 'text', text: `${part.text.slice(0, side)}${TRUNCATED_MESSAGE_TEXT}${tail}` }];
  });
  return { ...message, content };
}

function mapChanged(
  messages: readonly ModelMessage[],
  change: (message: ModelMessage) => ModelMessage,
): readonly ModelMessage[] {
  const next = messages.map(change);
  return next.every((message, index) => message === messages[index]) ? messages : next;
}
