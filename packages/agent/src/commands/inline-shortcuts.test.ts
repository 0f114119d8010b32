import { expect, test } from 'vitest';
import { takeShortcuts, withoutShortcuts } from './inline-shortcuts.ts';

test.each([
  ['hey /status', ['/status'], 'hey'],
  ['/help me and /whoami: now', ['/help', '/whoami'], 'me and : now'],
  ['/status', [], '/status'],
  ['see /statuses and a/help', [], 'see /statuses and a/help'],
  ['/STATUS /status what?', ['/status'], 'what?'],
])('%j', (text, commands, rest) => {
  expect(takeShortcuts(text)).toEqual({ commands, rest });
});

test.each([
  ['/help me', 'me'],
  ['/whoami: x', ': x'],
  ['so /commands 2 and /id', 'so 2 and'],
  ['/status now', '/status now'],
  ['/help', '/help'],
])('in the web chat the model reads %j as %j', (text, rest) => {
  expect(withoutShortcuts(text)).toBe(rest);
});
