import { describe, expect, it } from 'vitest';
import { cleanMessageText } from './message-text.ts';

describe('chat message text', () => {
  it('is composed and loses control characters other than tab, line feed and carriage return', () => {
    expect(cleanMessageText('a\u0007b\u001b[0m e\u0301\t\r\nz\u007f')).toBe('ab[0m é\t\r\nz');
  });

  it('must not contain a NUL', () => {
    expect(() => cleanMessageText('a\u0000b')).toThrow('message must not contain null bytes');
  });
});
