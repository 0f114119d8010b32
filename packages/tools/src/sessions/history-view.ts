import { isRecord } from '../call/arguments.ts';
import type { SessionMessage } from '../rooms/sessions.ts';

const TEXT_MAX_CHARS = 4000;
const TOTAL_MAX_BYTES = 80 * 1024;
const CUT_MARK = '\n…(truncated)…';

export interface HistoryView {
  readonly messages: readonly SessionMessage[];
  readonly truncated: boolean;
  readonly droppedMessages: boolean;
  readonly contentTruncated: boolean;
  readonly bytes: number;
}

function cutText(value: unknown): { readonly value: unknown; readonly cut: boolean } {
  if (typeof value !== 'string' || value.length <= TEXT_MAX_CHARS) return { value, cut: false };
  return { value: value.slice(0, TEXT_MAX_CHARS) + CUT_MARK, cut: true };
}

function viewBlock(block: unknown): { readonly value: unknown; readonly cut: boolean } {
  if (!isRecord(block)) return { value: block, cut: false };
  if (block.type === 'image') {
    const { data, ...rest } = block;
    const bytes = typeof data === 'string' ? data.length : undefined;
    return { value: { ...rest, omitted: true, ...(bytes !== undefined && { bytes }) }, cut: true };
  }
  const { thinkingSignature: _signature, ...kept } = block;
  const text = cutText(kept.text);
  const thinking = cutText(kept.thinking);
  return {
    value: {
      ...kept,
      ...(kept.text !== undefined && { text: text.value }),
      ...(kept.thinking !== undefined && { thinking: thinking.value }),
    },
    cut: text.cut || thinking.cut,
  };
}

function viewMessage(message: SessionMessage): { readonly value: SessionMessage; readonly cut: boolean } {
  // Costs and tool details are for people's screens, not for other agents.
  const { details: _details, usage: _usage, cost: _cost, ...kept } = message;
  if (!Array.isArray(kept.content)) {
    const content = cutText(kept.content);
    return { value: { ...kept, ...(kept.content !== undefined && { content: content.value }) }, cut: content.cut };
  }
  const blocks = kept.content.map(viewBlock);
  return { value: { ...kept, content: blocks.map(({ value }) => value) }, cut: blocks.some(({ cut }) => cut) };
}

/** Messages as another session may read them: texts cut, secrets of the provider and tool details left out, in total bounded. */
export function historyView(messages: readonly SessionMessage[], includeTools: boolean): HistoryView {
  const wanted = includeTools ? messages : messages.filter(({ role }) => role !== 'toolResult' && role !== 'tool');
  const viewed = wanted.map(viewMessage);
  const contentTruncated = viewed.some(({ cut }) => cut);
  const kept: SessionMessage[] = [];
  let bytes = 2;
  for (const { value } of viewed.toReversed()) {
    const size = Buffer.byteLength(JSON.stringify(value)) + (kept.length > 0 ? 1 : 0);
    if (bytes + size > TOTAL_MAX_BYTES) break;
    bytes += size;
    kept.unshift(value);
  }
  const droppedMessages = kept.length < viewed.length;
  return { messages: kept, truncated: droppedMessages || contentTruncated, droppedMessages, contentTruncated, bytes };
}
