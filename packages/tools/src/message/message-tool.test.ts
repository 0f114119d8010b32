import { expect, onTestFinished, test } from 'vitest';
import type { MessageCall, MessageRoom } from '../rooms/messages.ts';
import { createBench } from '../testing/bench.ts';
import type { ToolScope } from '../tool.ts';

const TELEGRAM: Partial<ToolScope> = { origin: { channel: 'telegram', to: '4242', messageId: '640' } };

async function open(scope: Partial<ToolScope> = TELEGRAM) {
  const calls: MessageCall[] = [];
  const room: MessageRoom = {
    actions: (channel) => (channel === 'telegram' ? ['send', 'react'] : ['send', 'react', 'poll']),
    hasButtons: (channel) => channel === 'telegram',
    async perform(call) {
      calls.push(call);
      if (call.params.target === 'nobody') throw new Error('Unknown target "nobody" for Telegram. Hint: <chatId>');
      return { ok: true, messageId: '1160', chatId: '555666777' };
    },
  };
  const bench = await createBench({}, { rooms: { messages: () => room } }, scope);
  onTestFinished(bench.close);
  const offered = bench.service.offer(bench.scope).find(({ name }) => name === 'message');
  return { bench, calls, offered };
}

test('the channels are given the call with where it comes from, and the model reads their result', async () => {
  const { bench, calls } = await open();
  expect(await bench.text('message', { action: 'react', emoji: '👍' })).toBe(
    '{\n  "ok": true,\n  "messageId": "1160",\n  "chatId": "555666777"\n}',
  );
  expect(calls).toMatchObject([
    { action: 'react', params: { emoji: '👍' }, origin: { to: '4242' }, runId: 'run-1', callId: 'call-1' },
  ]);
});

test('what fails is told in the words of the contract', async () => {
  const { bench } = await open();
  expect(await bench.text('message', { action: 'send', target: 'nobody', message: 'x' })).toBe(
    '{\n  "status": "error",\n  "tool": "message",\n  "error": "Unknown target \\"nobody\\" for Telegram. Hint: <chatId>"\n}',
  );
});

test.each<[string, Partial<ToolScope>, readonly string[], boolean]>([
  ['in a conversation of a channel its own', TELEGRAM, ['send', 'react'], true],
  ['elsewhere those of all channels', {}, ['send', 'react', 'poll'], false],
])('the actions that are offered are %s', async (_, scope, actions, buttons) => {
  const { offered } = await open(scope);
  expect(offered?.parameters).toMatchObject({ properties: { action: { enum: actions } } });
  expect(JSON.stringify(offered?.parameters).includes('callback_data')).toBe(buttons);
});

test('an action that is not open here never reaches the channels', async () => {
  const { bench, calls } = await open();
  expect(await bench.text('message', { action: 'poll', pollQuestion: 'x' })).toContain('Validation failed');
  expect(calls).toEqual([]);
});

test.each([
  [{ action: 'send', target: '4242', message: 'x' }, undefined],
  [{ action: 'edit', target: '4242', messageId: '640', message: 'x' }, '640'],
])('the short line about %o is %s', async (args, line) => {
  const { offered } = await open();
  expect(offered?.summary?.(args)).toBe(line);
});
