import type { TranscriptEntry } from '@chela/store';
import { expect, test } from 'vitest';
import { failedMessageNote } from './failed-message-note.ts';

let at = 0;
function entry(message: object): TranscriptEntry {
  at += 1;
  const base = { content: [], timestamp: at, role: 'user' as const };
  return { id: String(at), parentId: null, timestamp: '', type: 'message', message: { ...base, ...message } };
}

function call(args: object, error?: string): readonly TranscriptEntry[] {
  const id = `call-${at}`;
  const details = error === undefined ? { ok: true } : { status: 'error', tool: 'message', error };
  return [
    entry({ role: 'assistant', content: [{ type: 'toolCall', id, name: 'message', arguments: args }] }),
    entry({ role: 'toolResult', toolCallId: id, toolName: 'message', details }),
  ];
}

const NOT_FOUND = 'Telegram send failed: chat not found';

test('a send that failed is told with its reason', () => {
  const log = call({ action: 'send', target: '555666778', message: 'x' }, NOT_FOUND);
  expect(failedMessageNote(log, 0)).toBe(`⚠️ ✉️ Message failed: ${NOT_FOUND}`);
});

test('an edit names its message, and a later success of another action does not make it good', () => {
  const log = [
    ...call({ action: 'edit', target: '4242', messageId: '640' }, 'Unknown target "4242"'),
    ...call({ action: 'delete', messageId: '641' }),
  ];
  expect(failedMessageNote(log, 0)).toBe('⚠️ ✉️ Message: `640` failed: Unknown target "4242"');
});

test('arguments that were refused before the tool ran are told by their first line', () => {
  const refused = (args: object): readonly TranscriptEntry[] => [
    entry({ role: 'assistant', content: [{ type: 'toolCall', id: 'r', name: 'message', arguments: args }] }),
    entry({
      role: 'toolResult',
      toolCallId: 'r',
      toolName: 'message',
      isError: true,
      content: [{ type: 'text', text: 'Validation failed:\n- action' }],
    }),
  ];
  expect(failedMessageNote(refused({ action: 'react', messageId: '5', emoji: '👍' }), 0)).toBe(
    '⚠️ ✉️ Message: `with message 5, emoji 👍` failed: Validation failed:',
  );
  // Nobody believes a poll was made that is not there.
  expect(failedMessageNote(refused({ action: 'poll' }), 0)).toBeUndefined();
});

test('several details are named', () => {
  const log = call({ action: 'send', target: '5555', replyTo: '7', threadId: '9' }, NOT_FOUND);
  expect(failedMessageNote(log, 0)).toBe(`⚠️ ✉️ Message: \`with reply to 7, thread 9\` failed: ${NOT_FOUND}`);
});

test('a send that succeeds later makes it good; failures of earlier messages are none of this one', () => {
  const log = [...call({ target: '1' }, NOT_FOUND), ...call({ target: '1' })];
  expect(failedMessageNote(log, 0)).toBeUndefined();
  const before = call({ target: '1' }, NOT_FOUND);
  expect(failedMessageNote(before, at + 1)).toBeUndefined();
});
