import type { TranscriptEntry } from '@chela/store';
import { expect, test } from 'vitest';
import { type FailedToolInput, failedToolNote } from './failed-tool-note.ts';

let at = 0;
function entry(message: object): TranscriptEntry {
  at += 1;
  const base = { content: [], timestamp: at, role: 'user' as const };
  return { id: String(at), parentId: null, timestamp: '', type: 'message', message: { ...base, ...message } };
}

const call = (args: object, error?: string): readonly TranscriptEntry[] => used('message', args, error);

const noteFor = (log: readonly TranscriptEntry[], since = 0, more: Partial<FailedToolInput> = {}): string | undefined =>
  failedToolNote({ log, since, hasReply: true, onlyChanges: false, summary: () => undefined, ...more });

/** A call of any tool, and its result. */
function used(name: string, args: object, error?: string): readonly TranscriptEntry[] {
  const id = `call-${at}`;
  const details = error === undefined ? { ok: true } : { status: 'error', tool: name, error };
  return [
    entry({ role: 'assistant', content: [{ type: 'toolCall', id, name, arguments: args }] }),
    entry({ role: 'toolResult', toolCallId: id, toolName: name, details }),
  ];
}

const NOT_FOUND = 'Telegram send failed: chat not found';

test('a send that failed is told with its reason', () => {
  const log = call({ action: 'send', target: '555666778', message: 'x' }, NOT_FOUND);
  expect(noteFor(log, 0)).toBe(`⚠️ ✉️ Message failed: ${NOT_FOUND}`);
});

test('an edit names its message, and a later success of another action does not make it good', () => {
  const log = [
    ...call({ action: 'edit', target: '4242', messageId: '640' }, 'Unknown target "4242"'),
    ...call({ action: 'delete', messageId: '641' }),
  ];
  expect(noteFor(log, 0)).toBe('⚠️ ✉️ Message: `640` failed: Unknown target "4242"');
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
  expect(noteFor(refused({ action: 'react', messageId: '5', emoji: '👍' }), 0)).toBe(
    '⚠️ ✉️ Message: `with message 5, emoji 👍` failed: Validation failed:',
  );
  // Nobody believes a poll was made that is not there.
  expect(noteFor(refused({ action: 'poll' }), 0)).toBeUndefined();
});

test('several details are named', () => {
  const log = call({ action: 'send', target: '5555', replyTo: '7', threadId: '9' }, NOT_FOUND);
  expect(noteFor(log, 0)).toBe(`⚠️ ✉️ Message: \`with reply to 7, thread 9\` failed: ${NOT_FOUND}`);
});

test('a send that succeeds later makes it good; failures of earlier messages are none of this one', () => {
  const log = [...call({ target: '1' }, NOT_FOUND), ...call({ target: '1' })];
  expect(noteFor(log, 0)).toBeUndefined();
  const before = call({ target: '1' }, NOT_FOUND);
  expect(noteFor(before, at + 1)).toBeUndefined();
});

test('a change that failed is told although the model answered, with what it was about', () => {
  const log = used('edit', { path: 'notes.txt' }, 'Could not find the exact text in notes.txt.');
  expect(noteFor(log, 0, { summary: () => 'in notes.txt' })).toBe(
    '⚠️ 📝 Edit: `in notes.txt` failed: Could not find the exact text in notes.txt.',
  );
  expect(noteFor(log, 0, { onlyChanges: true })).toContain('📝 Edit failed');
});

test('the same change that succeeds later makes it good, a look does not', () => {
  const failed = used('edit', { path: 'notes.txt', oldText: 'a' }, 'not found');
  expect(noteFor([...failed, ...used('edit', { path: 'notes.txt', oldText: 'b' })])).toBeUndefined();
  expect(noteFor([...failed, ...used('edit', { path: 'other.txt' })])).toContain('failed: not found');
  expect(noteFor([...failed, ...used('read', { path: 'notes.txt' })])).toContain('failed: not found');
});

test('a look that failed is told only where nothing else is said', () => {
  const log = used('read', { path: 'nope.txt' }, "ENOENT: no such file, access 'nope.txt'");
  expect(noteFor(log)).toBeUndefined();
  expect(noteFor(log, 0, { hasReply: false })).toBe("⚠️ 📖 Read failed: ENOENT: no such file, access 'nope.txt'");
  expect(noteFor(log, 0, { hasReply: false, onlyChanges: true })).toBeUndefined();
  expect(noteFor([...log, ...used('read', { path: 'notes.txt' })], 0, { hasReply: false })).toBeUndefined();
});

test('wrong parameters of a look are not told, those of a change are', () => {
  const wrong = 'Missing required parameter: path';
  expect(noteFor(used('read', {}, wrong), 0, { hasReply: false })).toBeUndefined();
  expect(noteFor(used('write', {}, wrong))).toBe(`⚠️ ✍️ Write failed: ${wrong}`);
});

test.each([
  ['nodes', { action: 'notify' }, true],
  ['nodes', { action: 'list' }, false],
  ['cron', { action: 'remove' }, true],
  ['cron', { action: 'list' }, false],
  ['process', { action: 'kill' }, true],
  ['process', { action: 'poll' }, false],
  ['no_such_tool', {}, false],
])('%s with %j is a change: %s', (name, args, isChange) => {
  expect(noteFor(used(name, args, 'it broke')) !== undefined).toBe(isChange);
});

test('a tool without a title of its own is told by its name, and a long error is cut', () => {
  const note = noteFor(used('no_such_tool', {}, 'x'.repeat(500)), 0, { hasReply: false });
  expect(note).toBe(`⚠️ 🧩 No Such Tool failed: ${'x'.repeat(400)}…`);
});
