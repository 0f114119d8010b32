import type { NewTranscriptEntry, TranscriptEntry } from '@chela/store';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INTERRUPTED_RESULT_TEXT, projectMessages } from './project-messages.ts';

const link = (entries: readonly NewTranscriptEntry[]): TranscriptEntry[] =>
  entries.map((entry, index) => ({
    ...entry,
    id: `e${index}`,
    parentId: index === 0 ? null : `e${index - 1}`,
    timestamp: '2026-02-17T15:04:05.000Z',
  }));
const user = (text: string): NewTranscriptEntry => ({
  type: 'message',
  message: { role: 'user', content: [{ type: 'text', text }], timestamp: 1 },
});
const assistant = (content: unknown, members: Record<string, unknown> = {}): NewTranscriptEntry => ({
  type: 'message',
  message: { role: 'assistant', content, timestamp: 2, stopReason: 'stop', ...members },
});
const call = (id: string) => ({ type: 'toolCall', id, name: 'read', arguments: {} });
const result = (toolCallId: string, text = 'ok'): NewTranscriptEntry => ({
  type: 'message',
  message: {
    role: 'toolResult',
    toolCallId,
    toolName: 'read',
    content: [{ type: 'text', text }],
    isError: false,
    timestamp: 3,
  },
});

describe('projecting a transcript', () => {
  test('a call without a result gets one that says it was interrupted', () => {
    const messages = projectMessages(
      link([user('go'), assistant([call('c1')], { stopReason: 'toolUse' }), user('next')]),
    );
    expect(messages.map((message) => message.role)).toEqual(['user', 'assistant', 'toolResult', 'user']);
    expect(messages[2]).toMatchObject({ isError: true, content: [{ text: INTERRUPTED_RESULT_TEXT }] });
  });

  test('results follow their calls in the order of the calls, whatever order they were written in', () => {
    const messages = projectMessages(
      link([user('go'), assistant([call('c1'), call('c2')]), result('c2', 'two'), result('c1', 'one')]),
    );
    expect(messages.slice(2)).toMatchObject([{ toolCallId: 'c1' }, { toolCallId: 'c2' }]);
  });

  test('a call id that comes back in a later turn gets the later result', () => {
    const messages = projectMessages(
      link([
        user('a'),
        assistant([call('c1')]),
        result('c1', 'first'),
        user('b'),
        assistant([call('c1')]),
        result('c1', 'second'),
      ]),
    );
    expect(messages.filter((message) => message.role === 'toolResult')).toMatchObject([
      { content: [{ text: 'first' }] },
      { content: [{ text: 'second' }] },
    ]);
  });

  test('failed and aborted answers and what was kept of them stay with the readers', () => {
    const messages = projectMessages(
      link([
        user('a'),
        assistant([], { stopReason: 'error', errorMessage: '401' }),
        assistant([{ type: 'text', text: 'Part' }], { openclawAbort: { aborted: true } }),
        assistant([{ type: 'text', text: 'Part ' }], { stopReason: 'aborted' }),
        assistant([], { stopReason: 'stop' }),
        user('b'),
      ]),
    );
    expect(messages.map((message) => message.role)).toEqual(['user', 'user']);
  });

  test('after a compaction its summary stands for everything before the kept entries', () => {
    const entries = link([
      user('old'),
      user('kept'),
      { type: 'compaction', summary: 'They spoke of old things.', firstKeptEntryId: 'e1', tokensBefore: 9 },
      user('new'),
    ]);
    const texts = projectMessages(entries).map((message) => message.content[0]);
    expect(texts).toMatchObject([
      { text: expect.stringContaining('They spoke of old things.') },
      { text: 'kept' },
      { text: 'new' },
    ]);
  });

  test('whatever a log holds, calls and results come in pairs and no result stands alone', () => {
    const id = fc.constantFrom('c1', 'c2', 'c3');
    const entry: fc.Arbitrary<NewTranscriptEntry> = fc.oneof(
      fc.constant(user('x')),
      fc.uniqueArray(id, { maxLength: 3 }).map((ids) => assistant(ids.map(call), { stopReason: 'toolUse' })),
      fc.constantFrom('error', 'aborted').map((stopReason) => assistant([call('c1')], { stopReason })),
      id.map((toolCallId) => result(toolCallId)),
      fc.anything().map((content) => assistant(content)),
      fc.constant<NewTranscriptEntry>({ type: 'compaction', summary: 's', firstKeptEntryId: 'e2', tokensBefore: 1 }),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        let open: string[] = [];
        for (const message of projectMessages(link(entries))) {
          if (message.role === 'toolResult') {
            expect(message.toolCallId).toBe(open.shift());
            continue;
          }
          expect(open).toEqual([]);
          open =
            message.role === 'assistant'
              ? message.content.flatMap((part) => (part.type === 'toolCall' ? [part.id] : []))
              : [];
        }
        expect(open).toEqual([]);
      }),
    );
  });
});
