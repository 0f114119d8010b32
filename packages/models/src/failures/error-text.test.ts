import { describe, expect, test } from 'vitest';
import { assistantErrorText, isHistoryRefused } from './error-text.ts';

const ORDER = /^Message ordering conflict - please try again/;
const INPUT = /^Session history looks corrupted \(tool call input missing\)\. Use \/new/;

test.each([
  '400 messages: roles must alternate between "user" and "assistant"',
  '400 Conversation roles must alternate user/assistant/user/assistant/...',
  '400 incorrect role information',
  '400 Unexpected role "user" after role "tool"',
  '400 the role of message 3 is wrong',
])('%j is told as a conflict of roles', (message) => {
  expect(assistantErrorText(message)).toMatch(ORDER);
});

test.each([
  '400 messages.2.content.0.tool_use.input: Field required',
  '400 tool_call.arguments is required',
  '400 messages.4.content.1.tool_call.arguments: Input should be a valid dictionary',
])('%j is told as a history that lost the input of a call', (message) => {
  expect(assistantErrorText(message)).toMatch(INPUT);
  expect(isHistoryRefused(message)).toBe(true);
});

test.each(['400 tool_use.input is missing', '400 all messages must have non-empty content'])(
  '%j is told as it is',
  (message) => {
    expect(assistantErrorText(message)).toBe(message);
    expect(isHistoryRefused(message)).toBe(false);
  },
);

test('a rejected role of an account is no broken history', () => {
  expect(isHistoryRefused('400 The IAM role cannot be assumed')).toBe(false);
});

describe('what a person reads of a failed call', () => {
  test('an error object gives its type, its message and the id of the request', () => {
    const body = '{"type":"error","error":{"type":"api_error","message":"m"},"request_id":"req_1"}';
    expect(assistantErrorText(body)).toBe('LLM error api_error: m (request_id: req_1)');
    expect(assistantErrorText(`OpenAI error: ${body}`)).toBe('LLM error api_error: m (request_id: req_1)');
    expect(assistantErrorText('{"request_id":"r","message":"m"}')).toBe('LLM error: m (request_id: r)');
  });

  test.each(['{"message":"m"}', '{"message":"m","code":"c"}', '{"error":"m"}', '{"type":"error"}', '[1]'])(
    '%s is no error object and stays as it is',
    (body) => {
      expect(assistantErrorText(body)).toBe(body);
    },
  );

  test('a bare status of a provider that is down says so, others stay', () => {
    expect(assistantErrorText('HTTP 522')).toContain('temporarily unavailable (HTTP 522)');
    expect(assistantErrorText('530 <html><title>x</title></html>')).toContain('(HTTP 530)');
    expect(assistantErrorText('418')).toBe('418');
  });
});
