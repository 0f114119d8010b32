import type { TranscriptEntry } from '@chela/store';
import { expect, test } from 'vitest';
import { UNKEPT_PROMISE_NOTE, withUnkeptPromise } from './unkept-promise.ts';

const say = (text: string) => [{ text, mediaUrl: null }];
const entry = (id: string, message: object): TranscriptEntry => ({
  id,
  parentId: null,
  timestamp: '',
  type: 'message',
  message: { role: 'user', content: [], timestamp: 5, ...message },
});

/** A call of the cron tool and its result. */
const cron = (action: string, details: object = {}): readonly TranscriptEntry[] => [
  entry('1', { role: 'assistant', content: [{ type: 'toolCall', id: 'c', name: 'cron', arguments: { action } }] }),
  entry('2', { role: 'toolResult', toolCallId: 'c', toolName: 'cron', details }),
];

test.each(["I'll remind you tomorrow at 9.", 'I will set a reminder.', 'Sure! I’ll check back in an hour.'])(
  'the promise %j without a job gets the note',
  (text) => {
    expect(withUnkeptPromise(say(text), [], 0)).toEqual(say(`${text}\n\n${UNKEPT_PROMISE_NOTE}`));
  },
);

test.each(['Do you want me to remind you?', 'I can remind you if you like.', 'You will remind me.'])(
  '%j promises nothing',
  (text) => {
    expect(withUnkeptPromise(say(text), [], 0)).toEqual(say(text));
  },
);

test('a job that was added keeps the promise; one that failed, an older one and a look at the jobs do not', () => {
  const promise = say("I'll remind you.");
  expect(withUnkeptPromise(promise, cron('add'), 5)).toEqual(promise);
  for (const log of [cron('add', { status: 'error', error: 'no' }), cron('list')]) {
    expect(withUnkeptPromise(promise, log, 5)).not.toEqual(promise);
  }
  expect(withUnkeptPromise(promise, cron('add'), 6)).not.toEqual(promise);
});

test('only the first of several promises gets the note', () => {
  const texts = withUnkeptPromise([...say("I'll ping you."), ...say("I'll remind you.")], [], 0).map(
    ({ text }) => text,
  );
  expect(texts).toEqual([`I'll ping you.\n\n${UNKEPT_PROMISE_NOTE}`, "I'll remind you."]);
});
