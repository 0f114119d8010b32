import type { TranscriptEntry } from '@chela/store';
import { isRecord } from '../methods/record.ts';
import { withoutEnvelope } from './envelope.ts';

/** The last lines of a conversation as `sessions.preview` shows them (reference protocol/methods.json). Pure. */

export interface PreviewItem {
  readonly role: 'user' | 'assistant' | 'tool' | 'system' | 'other';
  readonly text: string;
}

const ELLIPSIS = '...';
const NAMED_TOOLS = 2;

export function previewItems(
  entries: readonly TranscriptEntry[],
  limit: number,
  maxChars: number,
): readonly PreviewItem[] {
  const items = entries.flatMap((entry) => (entry.type === 'message' ? previewItem(entry.message) : []));
  return items.slice(-limit).map(({ role, text }) => ({ role, text: shorten(text, maxChars) }));
}

function previewItem(message: { readonly role: string; readonly content: unknown }): readonly PreviewItem[] {
  const blocks = blocksOf(message.content);
  const tools = blocks.flatMap((block) =>
    block.type === 'toolCall' && typeof block.name === 'string' ? [block.name] : [],
  );
  const role = tools.length > 0 ? 'tool' : roleOf(message.role);
  const text = textOf(message.content, blocks) || toolsText(tools) || kindText(blocks);
  if (text === '') return [];
  return [{ role, text: role === 'user' ? withoutEnvelope(text) : text }];
}

function textOf(content: unknown, blocks: readonly Readonly<Record<string, unknown>>[]): string {
  if (typeof content === 'string') return content.trim();
  const texts = blocks.flatMap((block) =>
    block.type === 'text' && typeof block.text === 'string' ? [block.text.trim()] : [],
  );
  return texts.filter((text) => text !== '').join('\n');
}

function toolsText(names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > NAMED_TOOLS ? ` +${names.length - NAMED_TOOLS}` : '';
  return `call ${names.slice(0, NAMED_TOOLS).join(', ')}${more}`;
}

/** A message without words is named by the kind of its first block, e.g. `[image]`. */
function kindText(blocks: readonly Readonly<Record<string, unknown>>[]): string {
  const kind = blocks.find((block) => typeof block.type === 'string' && block.type !== 'text')?.type;
  return typeof kind === 'string' ? `[${kind}]` : '';
}

function roleOf(role: string): PreviewItem['role'] {
  if (role === 'toolResult') return 'tool';
  return role === 'user' || role === 'assistant' || role === 'system' ? role : 'other';
}

function blocksOf(content: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(content) ? content.filter(isRecord) : [];
}

function shorten(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : text.slice(0, maxChars - ELLIPSIS.length) + ELLIPSIS;
}
