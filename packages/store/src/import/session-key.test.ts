import { expect, test } from 'vitest';
import { canonicalSessionKey } from './session-key.ts';

/** The `storeKey` rows of the contract's golden table session-keys that an import can meet, and old bare keys. */
const CASES: readonly [raw: string, agentId: string, key: string, owner: string][] = [
  ['main', 'main', 'agent:main:main', 'main'],
  ['Main', 'ops', 'agent:ops:main', 'ops'],
  ['agent:Main:Telegram:group:-1', 'ops', 'agent:main:telegram:group:-1', 'main'],
  ['subagent:abc', 'ops', 'agent:ops:subagent:abc', 'ops'],
  ['telegram:group:-100', 'main', 'agent:main:telegram:group:-100', 'main'],
  ['agent:main:a::b', 'main', 'agent:main:a:b', 'main'],
  [' agent:x:y ', 'main', 'agent:x:y', 'x'],
  ['agent:ops', 'main', 'agent:ops:main', 'ops'],
  ['global', 'ops', 'global', 'ops'],
  ['Unknown', 'main', 'unknown', 'main'],
];

test.each(CASES)('%s in the file of %s is %s of %s', (raw, agentId, key, owner) => {
  expect(canonicalSessionKey(raw, agentId)).toEqual({ key, agentId: owner });
});

test.each(['', '  ', 'agent', 'agent::'])('"%s" names no session', (raw) => {
  expect(canonicalSessionKey(raw, 'main')).toBeUndefined();
});
