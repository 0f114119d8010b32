import { modelCall, type TranscriptMessage } from '@chela/store';
import { isRecord } from '../methods/record.ts';
import { callCost, type Prices } from './totals.ts';

/** One line of `sessions.usage.logs` (reference protocol/methods.json). */
export interface MessageLogLine {
  readonly timestamp: number;
  readonly role: 'user' | 'assistant' | 'tool' | 'toolResult';
  readonly content: string;
  readonly tokens?: number;
  /** US dollars; absent when nobody knows the price. */
  readonly cost?: number;
}

const CONTENT_CHARS = 2_000;

/** Messages with words, as lines; a message of tool calls only has none. */
export function messageLog(messages: readonly TranscriptMessage[], prices: Prices): readonly MessageLogLine[] {
  return messages.flatMap((message) => lineOf(message, prices));
}

function lineOf(message: TranscriptMessage, prices: Prices): readonly MessageLogLine[] {
  const { role, timestamp } = message;
  if (role !== 'user' && role !== 'assistant' && role !== 'toolResult') return [];
  const content = contentOf(message);
  if (content === '') return [];
  const call = role === 'assistant' ? modelCall(message) : undefined;
  const cost = call && callCost(call, prices);
  return [
    {
      timestamp,
      role,
      content: content.length > CONTENT_CHARS ? `${content.slice(0, CONTENT_CHARS)}…` : content,
      ...(call !== undefined && { tokens: call.totalTokens }),
      ...(cost !== undefined && { cost }),
    },
  ];
}

function contentOf(message: TranscriptMessage): string {
  const text = textOf(message.content);
  if (message.role === 'toolResult') {
    const tool = typeof message.toolName === 'string' ? message.toolName : 'tool';
    return `[Tool: ${tool}]\n[Tool Result]\n${text}`.trim();
  }
  return hasToolResult(message.content) ? `[Tool Result]\n${text}`.trim() : text;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content.trim();
  const blocks = Array.isArray(content) ? content : [];
  const texts = blocks.flatMap((block) => (isRecord(block) && block.type === 'text' ? [block.text] : []));
  return texts
    .filter((text) => typeof text === 'string')
    .join('\n')
    .trim();
}

function hasToolResult(content: unknown): boolean {
  return Array.isArray(content) && content.some((block) => isRecord(block) && block.type === 'tool_result');
}
