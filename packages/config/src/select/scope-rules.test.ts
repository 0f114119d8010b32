import { expect, test } from 'vitest';
import { type ScopeFacts, scopeAllows } from './scope-rules.ts';

const direct: ScopeFacts = { sessionKey: 'agent:main:telegram:direct:7' };
const group: ScopeFacts = { sessionKey: 'agent:main:Discord:channel:9', chatType: 'channel' };
const rules = (...list: object[]): object => ({ rules: list });

test.each<[string, unknown, ScopeFacts, boolean]>([
  ['no scope', undefined, direct, true],
  ['only a default', { default: 'deny' }, direct, false],
  [
    'the first matching rule',
    rules({ action: 'allow', match: { chatType: 'direct' } }, { action: 'deny' }),
    direct,
    true,
  ],
  ['a rule about others', rules({ action: 'deny', match: { chatType: 'group' } }), direct, true],
  ['dm for direct', rules({ action: 'deny', match: { chatType: 'dm' } }), direct, false],
  ['the channel of the key', rules({ action: 'deny', match: { channel: 'telegram' } }), direct, false],
  ['the channel that is told', rules({ action: 'deny', match: { channel: 'x' } }), { ...direct, channel: 'X' }, false],
  ['a prefix of the key', rules({ action: 'deny', match: { keyPrefix: 'discord:channel:' } }), group, false],
  ['a whole key as a prefix', rules({ action: 'deny', match: { keyPrefix: 'agent:main:discord' } }), group, false],
  ['a raw prefix', rules({ action: 'deny', match: { rawKeyPrefix: 'agent:main:discord:' } }), group, false],
  ['a raw prefix without the agent', rules({ action: 'deny', match: { rawKeyPrefix: 'discord:' } }), group, true],
  ['a scope of the wrong type', 'deny', direct, true],
])('%s decides', (_what, scope, facts, isAllowed) => {
  expect(scopeAllows(scope, facts, 'allow')).toBe(isAllowed);
});

test('without a rule and a default the caller’s own answer holds', () => {
  expect(scopeAllows({}, direct, 'deny')).toBe(false);
});
