import { describe, expect, it } from 'vitest';
import { ownWords, viewItems } from './view-items.ts';

const metadata =
  'Conversation info (untrusted metadata):\n```json\n{\n  "message_id": "r1",\n  "sender": "page"\n}\n```\n\n';

describe('what the chat shows of stored messages', () => {
  it("leaves injected metadata and the time stamp out of the person's own bubble", () => {
    expect(ownWords(`${metadata}[Mon 2026-11-23 12:00 UTC] hello`)).toBe('hello');
  });

  it('keeps brackets that the person typed', () => {
    expect(ownWords('[draft] hello')).toBe('[draft] hello');
  });

  it('joins a tool call with its result into one card between the texts', () => {
    const items = viewItems([
      { role: 'user', content: 'list', timestamp: 1 },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'text', text: 'Looking.' },
          { type: 'toolCall', id: 'c1', name: 'exec', arguments: { command: 'ls' } },
        ],
        timestamp: 2,
        stopReason: 'toolUse',
      },
      {
        role: 'toolResult',
        toolCallId: 'c1',
        toolName: 'exec',
        content: [{ type: 'text', text: 'a.txt' }],
        isError: false,
        timestamp: 3,
      },
      { role: 'assistant', content: [{ type: 'text', text: 'One file.' }], timestamp: 4, stopReason: 'stop' },
    ]);
    expect(items.map((item) => item.kind)).toEqual(['user', 'assistant', 'tool', 'assistant']);
    expect(items[1]).toMatchObject({ text: 'Looking.', thinking: 'hm' });
    expect(items[2]).toMatchObject({ card: { name: 'exec', output: 'a.txt', state: 'done' } });
  });

  it('shows a tool call without result as running and a failed one as failed', () => {
    const call = (id: string) => ({
      role: 'assistant',
      content: [{ type: 'toolCall', id, name: 'read', arguments: {} }],
      timestamp: 1,
    });
    const items = viewItems([
      call('c1'),
      call('c2'),
      { role: 'toolResult', toolCallId: 'c2', content: 'no', isError: true },
    ]);
    expect(items).toMatchObject([{ card: { state: 'running' } }, { card: { state: 'failed', output: 'no' } }]);
  });

  it('shows the error of a failed answer and marks a stopped one', () => {
    const items = viewItems([
      {
        role: 'assistant',
        content: [],
        stopReason: 'error',
        errorMessage: '401 Incorrect API key provided',
        timestamp: 1,
      },
      { role: 'assistant', content: [{ type: 'text', text: 'Part' }], stopReason: 'aborted', timestamp: 2 },
      { role: 'assistant', content: [{ type: 'text', text: 'Part' }], openclawAbort: { aborted: true }, timestamp: 3 },
    ]);
    expect(items).toMatchObject([{ error: '401 Incorrect API key provided' }, { stopped: true, text: 'Part' }]);
  });

  it('survives entries of unknown shape', () => {
    expect(viewItems([null, 3, 'x', { role: 'user' }, { role: 'assistant', content: 7 }])).toEqual([]);
  });
});
