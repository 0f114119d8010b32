import { describe, expect, test } from 'vitest';
import { createKnownSecrets } from './known-secrets.ts';
import { redactDeep } from './redact-deep.ts';

describe('the secrets a process holds', () => {
  test('are masked wherever they stand, in JSON and in addresses too', () => {
    const secrets = createKnownSecrets();
    secrets.learn('config', ['pass"word & more']);
    expect(secrets.redact('it is pass"word & more!')).toBe('it is ***!');
    expect(secrets.redact(JSON.stringify({ a: 'pass"word & more' }))).toBe('{"a":"***"}');
    expect(secrets.redact(`http://x/?k=${encodeURIComponent('pass"word & more')}`)).toBe('http://x/?k=***');
  });

  test('leave no rest of a longer one behind, and short ones are no secrets', () => {
    const secrets = createKnownSecrets();
    secrets.learn('env', ['abcdefgh', 'abcdefgh-longer', 'short']);
    expect(secrets.redact('abcdefgh-longer short')).toBe('*** short');
  });

  test('are forgotten when their source has others', () => {
    const secrets = createKnownSecrets();
    secrets.learn('config', ['old-secret']);
    secrets.learn('config', ['new-secret']);
    expect(secrets.redact('old-secret new-secret')).toBe('old-secret ***');
  });
});

test('secrets that come one by one are masked from then on, beside those of their source', () => {
  const secrets = createKnownSecrets();
  secrets.learn('tokens', ['first-token']);
  secrets.add('tokens', ['second-token', 'short']);
  secrets.add('tokens', ['third-token']);
  secrets.learn('tokens', ['first-token']);
  expect(secrets.redact('first-token second-token third-token short')).toBe('*** *** *** short');
  secrets.add(
    'tokens',
    Array.from({ length: 1_000 }, (_, index) => `token-number-${index}`),
  );
  expect(secrets.redact('second-token token-number-0')).toBe('second-token ***');
});

test('a value is copied only where something had to go', () => {
  const value = { a: [{ text: 'keep' }], b: { text: 'hide me' } };
  const redacted = redactDeep(value, (text) => text.replace('me', '***'));
  expect(redacted).toEqual({ a: [{ text: 'keep' }], b: { text: 'hide ***' } });
  expect(Object(redacted).a).toBe(value.a);
  expect(redactDeep(value, (text) => text)).toBe(value);
});
