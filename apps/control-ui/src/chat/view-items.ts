import { isRecord } from '../json-record.ts';

/**
 * What the chat shows, projected from stored messages: pure, so that every odd message has a test.
 * Injected text (metadata block, time stamp) is left out of people's own bubbles.
 */

export interface ToolCard {
  readonly id: string;
  readonly name: string;
  readonly args: unknown;
  readonly output: string | undefined;
  readonly state: 'running' | 'done' | 'failed';
}

export type ViewItem =
  | {
      readonly kind: 'user';
      readonly id: string;
      readonly text: string;
      readonly images: readonly string[];
      readonly at: number;
      readonly pending: boolean;
    }
  | {
      readonly kind: 'assistant';
      readonly id: string;
      readonly text: string;
      readonly thinking: string;
      readonly at: number;
      readonly streaming: boolean;
      readonly stopped: boolean;
      readonly error: string | undefined;
    }
  | { readonly kind: 'tool'; readonly id: string; readonly card: ToolCard; readonly at: number };

const METADATA_BLOCK = /^Conversation info \(untrusted metadata\):\n```json\n[\s\S]*?\n```\n*/;
const TIME_STAMP = /^\[[A-Z][a-z]{2} \d{4}-\d{2}-\d{2} \d{2}:\d{2}[^\]]*\] /;

/** The person's own words without what the gateway put in front of them for the model. */
export function ownWords(text: string): string {
  return text
    .replace(METADATA_BLOCK, '')
    .replace(TIME_STAMP, '')
    .replace(/^\/think \w+ /, '');
}

function blocks(content: unknown): readonly Record<string, unknown>[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isRecord) : [];
}

export function textOf(content: unknown): string {
  return blocks(content)
    .flatMap((block) => (block.type === 'text' && typeof block.text === 'string' ? [block.text] : []))
    .join('\n');
}

function thinkingOf(content: unknown): string {
  return blocks(content)
    .flatMap((block) => (block.type === 'thinking' && typeof block.thinking === 'string' ? [block.thinking] : []))
    .join('\n');
}

function imagesOf(content: unknown): readonly string[] {
  return blocks(content).flatMap((block) => {
    if (block.type !== 'image' || typeof block.data !== 'string') return [];
    return [`data:${typeof block.mimeType === 'string' ? block.mimeType : 'image/png'};base64,${block.data}`];
  });
}

const timeOf = (message: Record<string, unknown>): number =>
  typeof message.timestamp === 'number' ? message.timestamp : 0;

function assistantItems(
  message: Record<string, unknown>,
  index: number,
  results: ReadonlyMap<string, Record<string, unknown>>,
): ViewItem[] {
  const at = timeOf(message);
  const text = textOf(message.content);
  const thinking = thinkingOf(message.content);
  const error = typeof message.errorMessage === 'string' ? message.errorMessage : undefined;
  const stopped = message.stopReason === 'aborted';
  const said: ViewItem[] =
    text || thinking || error
      ? [{ kind: 'assistant', id: `a${index}`, text, thinking, at, streaming: false, stopped, error }]
      : [];
  const tools = blocks(message.content).flatMap((block): ViewItem[] => {
    if (block.type !== 'toolCall' || typeof block.id !== 'string') return [];
    const result = results.get(block.id);
    const state = result === undefined ? 'running' : result.isError === true ? 'failed' : 'done';
    const card: ToolCard = {
      id: block.id,
      name: String(block.name),
      args: block.arguments,
      output: result && textOf(result.content),
      state,
    };
    return [{ kind: 'tool', id: `t${block.id}`, card, at }];
  });
  return [...said, ...tools];
}

/** The partial answer of an aborted run stands twice in the log; people see it once. */
function isAbortNote(message: Record<string, unknown>): boolean {
  return isRecord(message.openclawAbort);
}

/** History messages in, view items out, in order. */
export function viewItems(messages: readonly unknown[]): ViewItem[] {
  const records = messages.filter(isRecord);
  const results = new Map(
    records.flatMap((message): [string, Record<string, unknown>][] =>
      message.role === 'toolResult' && typeof message.toolCallId === 'string' ? [[message.toolCallId, message]] : [],
    ),
  );
  return records.flatMap((message, index): ViewItem[] => {
    if (message.role === 'user') {
      const text = ownWords(textOf(message.content));
      const images = imagesOf(message.content);
      return text || images.length > 0
        ? [{ kind: 'user', id: `u${index}`, text, images, at: timeOf(message), pending: false }]
        : [];
    }
    if (message.role !== 'assistant' || isAbortNote(message)) return [];
    return assistantItems(message, index, results);
  });
}
