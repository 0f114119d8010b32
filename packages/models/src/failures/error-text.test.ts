import { describe, expect, test } from 'vitest';
import { assistantErrorText } from './error-text.ts';

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

  test('a history whose tool calls lost their input names the way out', () => {
    for (const raw of ['messages.3.content.1.tool_use.input: Field required', 'tool_call.arguments is required']) {
      expect(assistantErrorText(raw)).toMatch(/tool call input missing.*\/new/);
    }
  });
});
