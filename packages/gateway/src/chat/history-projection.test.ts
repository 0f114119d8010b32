import type { TranscriptEntry, TranscriptMessage } from '@chela/store';
import { describe, expect, it } from 'vitest';
import { HISTORY_MAX_BYTES, projectHistory } from './history-projection.ts';

const TS = '2026-02-17T10:00:00.000Z';
let count = 0;
const entry = (message: {
  role: TranscriptMessage['role'];
  content: unknown;
  [member: string]: unknown;
}): TranscriptEntry => {
  count += 1;
  const id = count.toString(16).padStart(8, '0');
  return { type: 'message', id, parentId: null, timestamp: TS, message: { ...message, timestamp: 1 } };
};
const user = (content: unknown) => entry({ role: 'user', content });
const assistant = (content: unknown, more = {}) => entry({ role: 'assistant', content, ...more });
const text = (value: string) => ({ type: 'text', text: value });

describe('chat history', () => {
  it('takes envelopes and message ids off what users wrote, and off nothing else', () => {
    const shown = projectHistory(
      [
        user([text('[WebChat 2026-02-17T10:00Z] iso')]),
        user([text('[Telegram Alice +5m 2026-02-17 10:00] dated')]),
        user([text('[Telegram Alice] named')]),
        user('[Tue 2026-02-17 10:00 UTC] a string'),
        user([text('[note] kept')]),
        user([text('line\n[message_id: abc]')]),
        assistant([text('[Tue 2026-02-17 10:00 UTC] said')]),
      ],
      200,
    );
    expect(shown.map(({ content }) => content)).toEqual([
      [text('iso')],
      [text('dated')],
      [text('named')],
      'a string',
      [text('[note] kept')],
      [text('line')],
      [text('[Tue 2026-02-17 10:00 UTC] said')],
    ]);
  });

  it('leaves out usage, costs, details, signatures and image data, and keeps unknown members', () => {
    const shown = projectHistory(
      [
        user([{ type: 'image', data: 'aGVsbG8=', mimeType: 'image/png' }]),
        assistant([{ type: 'thinking', thinking: 'hm', thinkingSignature: 'sig' }], { usage: {}, cost: 1, foo: 'bar' }),
        entry({ role: 'toolResult', content: [text('out')], details: { a: 1 }, toolName: 'read' }),
      ],
      200,
    );
    expect(shown).toEqual([
      { role: 'user', timestamp: 1, content: [{ type: 'image', mimeType: 'image/png', omitted: true, bytes: 8 }] },
      { role: 'assistant', timestamp: 1, content: [{ type: 'thinking', thinking: 'hm' }], foo: 'bar' },
      { role: 'toolResult', timestamp: 1, content: [text('out')], toolName: 'read' },
    ]);
  });

  it('cuts long texts and replaces messages that are too large', () => {
    const [cut, replaced] = projectHistory(
      [assistant([text('x'.repeat(13_000))]), assistant([{ type: 'toolCall', arguments: { c: 'z'.repeat(140_000) } }])],
      200,
    );
    expect(JSON.stringify(cut)).toContain('x\\n...(truncated)..."');
    expect(replaced).toEqual({
      role: 'assistant',
      timestamp: 1,
      content: [text('[chat.history omitted: message too large]')],
      __openclaw: { truncated: true, reason: 'oversized' },
    });
  });

  it('marks compactions, hides other entries and keeps the newest up to the limit', () => {
    const compaction: TranscriptEntry = {
      type: 'compaction',
      id: 'aaaaaaaa',
      parentId: null,
      timestamp: TS,
      summary: 's',
      firstKeptEntryId: 'b',
      tokensBefore: 1,
    };
    const hidden: TranscriptEntry = {
      type: 'custom',
      id: 'bbbbbbbb',
      parentId: null,
      timestamp: TS,
      customType: 'x',
      data: {},
    };
    const shown = projectHistory([user('one'), compaction, hidden, user('two')], 2);
    expect(shown).toEqual([
      {
        role: 'system',
        content: [text('Compaction')],
        timestamp: Date.parse(TS),
        __openclaw: { kind: 'compaction', id: 'aaaaaaaa' },
      },
      { role: 'user', content: 'two', timestamp: 1 },
    ]);
  });

  it('never answers more than the byte limit, dropping the oldest', () => {
    const many = Array.from({ length: 1000 }, (_, i) => user(`${i} ${'y'.repeat(11_000)}`));
    const shown = projectHistory(many, 1000);
    expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThanOrEqual(HISTORY_MAX_BYTES);
    expect(shown.length).toBeGreaterThan(500);
    expect(String(shown.at(-1)?.content)).toMatch(/^999 /);
  });
});
