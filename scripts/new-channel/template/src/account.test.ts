import { describe, expect, test } from 'vitest';
import { allowlist } from './allowlist.ts';
import { facts } from './facts.ts';
import { inboundMessage } from './inbound.ts';
import adapter from './index.ts';
import { outgoing } from './outbound.ts';
import { targets } from './targets.ts';

const input = (settings: Record<string, unknown>, env = {}, file?: string, accountId = 'default') => ({
  accountId,
  settings,
  env,
  readSecretFile: async () => file,
});

describe('the token', () => {
  test.each([
    ['the file first', input({ tokenFile: '/t', token: 'b' }, {}, 'from-file'), 'from-file'],
    ['then the settings', input({ token: 'b' }, { NEWCHANNEL_TOKEN: 'e' }), 'b'],
    ['then the environment', input({}, { NEWCHANNEL_TOKEN: 'e' }), 'e'],
  ])('%s', async (_name, given, token) => {
    expect(await adapter.readAccount(given)).toMatchObject({ state: 'ready', identity: token, secrets: [token] });
  });

  test.each([
    ['a file that is missing stops the search', input({ tokenFile: '/t', token: 'b' }, { NEWCHANNEL_TOKEN: 'e' })],
    ['the environment is for the default account alone', input({}, { NEWCHANNEL_TOKEN: 'e' }, undefined, 'other')],
  ])('%s', async (_name, given) => {
    expect(await adapter.readAccount(given)).toMatchObject({ state: 'unconfigured' });
  });
});

test('what an account is asked for is a setting of the schema', () => {
  const known = Object.keys(Object(adapter.configSchema.properties));
  expect(facts.setup.map(({ key }) => key).filter((key) => !known.includes(key))).toEqual([]);
});

test.each([
  ['newchannel:u-1', { to: 'u-1' }],
  ['u-1', { to: 'u-1' }],
  ['two words', undefined],
])('the target %s', (target, address) => {
  expect(targets.read(target)).toEqual(address);
});

test('allowlists name people by id', () => {
  expect(['u-1', 'newchannel:u-1', '*', 'Ann Lee'].map(allowlist.readEntry)).toEqual(['u-1', 'u-1', '*', undefined]);
});

describe('messages', () => {
  const self = { id: 'bot', name: 'Chela' };
  const said = { id: 'm-1', at: 5, from: { id: 'u-1', name: 'Ann' }, text: 'hello', mentions: ['bot'] };

  test('of a person are answered to the person', () => {
    const message = inboundMessage({ ...said, chat: { id: 'u-1', isGroup: false } }, self);
    expect(message).toMatchObject({ conversation: { type: 'direct', id: 'u-1' }, replyTo: { to: 'u-1' } });
  });

  test('of a group belong to the group', () => {
    const message = inboundMessage({ ...said, chat: { id: 'g-1', isGroup: true } }, self);
    expect(message).toMatchObject({ conversation: { type: 'group', id: 'g-1' }, mention: { ofUs: true } });
  });

  test('of ours are left out', () => {
    expect(inboundMessage({ ...said, from: self, chat: { id: 'u-1', isGroup: false } }, self)).toBeUndefined();
  });

  test('leave with the key of their row', () => {
    const part = { kind: 'text', text: { text: 'hi', plain: 'hi' } } as const;
    expect(outgoing({ to: 'u-1' }, part, 'key-1')).toMatchObject({ to: 'u-1', text: 'hi', key: 'key-1' });
  });
});
