import { expect, test } from 'vitest';
import { choiceMenu } from './choice-menu.ts';

const model = { provider: 'mock', model: 'm1' };

test('a bare command with choices offers them in rows of two (golden telegram/tg-050)', () => {
  const menu = choiceMenu('/think', model);
  expect(menu?.text).toMatch(/^Choose off, minimal, low, medium, high.* for \/think\.$/);
  expect(menu?.buttons?.slice(0, 2)).toEqual([
    [
      { text: 'off', callback_data: '/think off' },
      { text: 'minimal', callback_data: '/think minimal' },
    ],
    [
      { text: 'low', callback_data: '/think low' },
      { text: 'medium', callback_data: '/think medium' },
    ],
  ]);
});

test.each([
  ['/verbose', 'on', '/verbose on'],
  ['/subagents', 'list', '/subagents list'],
  ['/tts', 'On', '/tts on'],
])('%s offers %s first', (text, label, data) => {
  expect(choiceMenu(text, model)?.buttons?.[0]?.[0]).toEqual({ text: label, callback_data: data });
});

test.each(['/queue', '/think high', '/status', 'think', '/constructor'])('%s offers nothing', (text) => {
  expect(choiceMenu(text, model)).toBeUndefined();
});
