import type { AssistantMessage, ImagePart, TextPart, ThinkingPart, ToolCallPart } from '@chela/models';

/** Reads message content as it stands in transcripts, which may come from elsewhere: whatever does not fit is left out. */

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text and images of a user message or tool result; a plain string is one text part. */
export function readUserParts(content: unknown): (TextPart | ImagePart)[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return blocks(content).flatMap((block): (TextPart | ImagePart)[] => {
    if (block.type === 'text' && typeof block.text === 'string') return [{ type: 'text', text: block.text }];
    const { data, mimeType } = block;
    const isImage = block.type === 'image' && typeof data === 'string' && typeof mimeType === 'string';
    return isImage ? [{ type: 'image', data, mimeType }] : [];
  });
}

/** Text, thinking and tool calls of an assistant message. Calls without id, name or arguments are dropped. */
export function readAssistantParts(content: unknown): (TextPart | ThinkingPart | ToolCallPart)[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return blocks(content).flatMap((block): AssistantMessage['content'] => {
    switch (block.type) {
      case 'text':
        return typeof block.text === 'string' && block.text !== '' ? [{ type: 'text', text: block.text }] : [];
      case 'thinking':
        return readThinking(block);
      case 'toolCall':
        return readToolCall(block);
      default:
        return [];
    }
  });
}

/** All text of a message, joined without separators. */
export function textOf(parts: readonly { readonly type: string; readonly text?: string }[]): string {
  return parts.map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join('');
}

function readThinking(block: Readonly<Record<string, unknown>>): ThinkingPart[] {
  const { thinking, thinkingSignature } = block;
  if (typeof thinking !== 'string') return [];
  return [{ type: 'thinking', thinking, ...(typeof thinkingSignature === 'string' ? { thinkingSignature } : {}) }];
}

function readToolCall(block: Readonly<Record<string, unknown>>): ToolCallPart[] {
  const { id, name, arguments: args } = block;
  if (typeof id !== 'string' || typeof name !== 'string' || !isRecord(args)) return [];
  return [{ type: 'toolCall', id, name, arguments: args }];
}

function blocks(content: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(content) ? content.filter(isRecord) : [];
}
