import { expect, test } from 'vitest';
import { takeShortcuts } from './inline-shortcuts.ts';

test.each([
  ['hey /status', ['/status'], 'hey'],
  ['/help me and /whoami: now', ['/help', '/whoami'], 'me and : now'],
  ['/status', [], '/status'],
  ['see /statuses and a/help', [], 'see /statuses and a/help'],
  ['/STATUS /status what?', ['/status'], 'what?'],
])('%j', (text, commands, rest) => {
  expect(takeShortcuts(text)).toEqual({ commands, rest });
});
