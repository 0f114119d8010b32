import { expect, test } from 'vitest';
import { parseServerFrame } from '../frames.ts';
import { createValidators } from '../validation/validate.ts';
import { modernConnectParams } from './connect.ts';
import { modernMethod } from './methods.ts';
import { modernParams } from './params.ts';

const validators = createValidators();

test('a client given as a string, with the version beside it, connects', () => {
  const found = modernConnectParams({ client: 'cli', version: '0.9', protocol: 3 });
  expect(found).toEqual({
    value: {
      client: { id: 'cli', version: '0.9', platform: 'unknown', mode: 'cli' },
      minProtocol: 3,
      maxProtocol: 3,
    },
    aliases: ['client-string', 'protocol-range'],
  });
  expect(validators.check('ConnectParams', found?.value).ok).toBe(true);
});

test.each([
  [{ protocol: 3 }, 3, 3],
  [{ protocolVersion: 3 }, 3, 3],
  [{ protocol: { min: 1, max: 3 } }, 1, 3],
  [{ protocol: [2, 4] }, 2, 4],
  [{ minProtocol: 2 }, 2, 2],
  [{ maxProtocol: 3 }, 3, 3],
])('the range %j is from %d to %d', (given, minProtocol, maxProtocol) => {
  expect(modernConnectParams(given)).toEqual({ value: { minProtocol, maxProtocol }, aliases: ['protocol-range'] });
});

test('connect params without an older form stay refused as they are', () => {
  for (const params of [undefined, null, 'x', [], {}, { minProtocol: 3, maxProtocol: 3 }, { client: { id: 'cli' } }]) {
    expect(modernConnectParams(params)).toBeUndefined();
  }
});

test('methods of older families are those of the contract', () => {
  expect(modernMethod('providers.status')).toBe('channels.status');
  expect(modernMethod('session.list')).toBe('sessions.list');
  expect(modernMethod('nodes.invoke')).toBe('node.invoke');
  expect(modernMethod('devices.pair.list')).toBe('device.pair.list');
});

test('names of the contract and of nobody have no alias', () => {
  for (const name of ['sessions.list', 'health', 'Health', '', '.', 'session.', 'session.nothing', '__proto__.list']) {
    expect(modernMethod(name)).toBeUndefined();
  }
});

test.each([
  ['ChatHistoryParams', { sessionId: 'main' }, { sessionKey: 'main' }],
  ['ChatHistoryParams', { key: 'main', limit: 1 }, { sessionKey: 'main', limit: 1 }],
  ['SessionsResetParams', { sessionKey: 'main' }, { key: 'main' }],
  ['SessionsPatchParams', { sessionId: 'main', label: 'a' }, { key: 'main', label: 'a' }],
])('%s takes its session under the name %j', (schema, given, want) => {
  expect(modernParams(schema, given)).toEqual({ value: want, aliases: ['session-field'] });
});

test('fields a schema has, and two names at once, are left alone', () => {
  expect(modernParams('AgentParams', { sessionId: 'x' })).toBeUndefined();
  expect(modernParams('SessionsResolveParams', { sessionId: 'x' })).toBeUndefined();
  expect(modernParams('ChatHistoryParams', { key: 'a', sessionId: 'b' })).toBeUndefined();
  expect(modernParams('ChatHistoryParams', { sessionKey: 'a', sessionId: 'b' })).toBeUndefined();
  expect(modernParams('ChatHistoryParams', 'main')).toBeUndefined();
  expect(modernParams('NoSuchSchema', { key: 'a' })).toBeUndefined();
});

test('an older gateway answers with resp', () => {
  expect(parseServerFrame('{"type":"resp","id":"1","ok":true}')).toEqual({ type: 'res', id: '1', ok: true });
  expect(parseServerFrame('{"type":"resp","id":"1"}')).toBeUndefined();
});
