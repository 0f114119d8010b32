import { describe, expect, test } from 'vitest';
import type { ChannelCase, ExpectedCall } from './channel-case.ts';
import { compareCalls, type SeenCall } from './compare-calls.ts';

const caseOf = (vendorCalls: readonly ExpectedCall[], text = 'Hello world'): ChannelCase => ({
  id: 'x',
  channel: 'telegram',
  steps: [],
  model: [{ text }],
  expected: { vendorCalls: [...vendorCalls] },
});
const seen = (...calls: readonly ExpectedCall[]): readonly SeenCall[] => calls.map((call, at) => ({ ...call, at }));
const typing: ExpectedCall = { method: 'sendChatAction', params: { chat_id: 1, action: 'typing' } };
const message = (text: string, more = {}): ExpectedCall => ({
  method: 'sendMessage',
  params: { chat_id: '1', text, parse_mode: 'HTML', ...more },
});

describe('calls of a vendor', () => {
  test('typing may stand elsewhere and be repeated; ids may be numbers or texts', () => {
    const want = [typing, message('Hello world')];
    expect(compareCalls(caseOf(want), seen(message('Hello world', { chat_id: 1 }), typing, typing))).toEqual([]);
  });

  test('a message more, a message less and another order are told', () => {
    const want = [message('Hello'), message('world')];
    expect(compareCalls(caseOf(want), seen(message('Hello')))).toHaveLength(1);
    expect(compareCalls(caseOf([]), seen(message('Hello')))).toHaveLength(1);
    expect(compareCalls(caseOf(want), seen(message('world'), message('Hello')))).toHaveLength(2);
  });

  test('texts of the script are compared letter by letter, own texts by their facts', () => {
    expect(compareCalls(caseOf([message('Hello world')]), seen(message('Hello, world')))).toHaveLength(1);
    const notice = 'Not set up. Your id: 42. Send /start';
    expect(compareCalls(caseOf([message(notice)]), seen(message('You are 42; please /start')))).toEqual([]);
    expect(compareCalls(caseOf([message(notice)]), seen(message('You are 43; please /start')))).toHaveLength(1);
  });

  test('drafts count by their first words and the final text', () => {
    const draft = (method: string, text: string): ExpectedCall => ({ method, params: { chat_id: 1, text } });
    const want = [draft('sendMessage', 'Hel'), draft('editMessageText', 'Hello w'), message('Hello world')];
    expect(compareCalls(caseOf(want), seen(draft('sendMessage', 'Hello'), message('Hello world')))).toEqual([]);
    expect(compareCalls(caseOf(want), seen(draft('sendMessage', 'Bye'), message('Hello world')))).toHaveLength(1);
  });
});
