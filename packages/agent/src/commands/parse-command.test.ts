import { expect, test } from 'vitest';
import { normalizeCommand, parseCommand } from './parse-command.ts';
import { parseActivationCommand, parseSendCommand } from './setting-commands.ts';

test.each([
  ['/commands', { key: 'commands', args: null }],
  ['/commands 2', { key: 'commands', args: '2' }],
  ['/commands of yours', null],
  ['/help me', null],
  ['/Send:on', { key: 'send', args: 'on' }],
])('%s is read as a command, or as text where its words are no arguments', (text, command) => {
  expect(parseCommand(normalizeCommand(text))).toEqual(command);
});

test('a colon may stand right before the word of a setting', () => {
  expect(parseSendCommand('/send:off')).toEqual({ hasCommand: true, mode: 'deny' });
  expect(parseActivationCommand('/activation:always')).toEqual({ hasCommand: true, mode: 'always' });
  expect(parseSendCommand('/sendon')).toEqual({ hasCommand: false });
});
