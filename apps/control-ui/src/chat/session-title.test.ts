import { expect, it } from 'vitest';
import { sessionTitle } from './session-title.ts';

const key = 'agent:main:work';

it.each([
  [{ key, label: 'Holiday', derivedTitle: 'x' }, 'Holiday'],
  [{ key, derivedTitle: '[Mon 2026-11-23 12:00 UTC] plan the week' }, 'plan the week'],
  [
    {
      key,
      derivedTitle: 'Conversation info (untrusted metadata): ```json {…',
      lastMessagePreview: 'Here is the plan.',
    },
    'Here is the plan.',
  ],
  [{ key, derivedTitle: 'Conversation info (untrusted metadata): ```json {…' }, 'work'],
  [{ key }, 'work'],
])('of %o is %s', (row, title) => {
  expect(sessionTitle(row)).toBe(title);
});
