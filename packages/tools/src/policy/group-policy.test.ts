import { expect, test } from 'vitest';
import { groupPolicy } from './group-policy.ts';

const KEY = 'agent:main:irc:group:#claw';
const everywhere = { '#claw': { tools: { allow: ['read'] } } };
const policy = (irc: Record<string, unknown>, origin: Parameters<typeof groupPolicy>[2] = {}) =>
  groupPolicy({ channels: { irc } }, KEY, { channel: 'irc', groupId: '#claw', ...origin });

test.each([
  ['the entry of the group', { groups: everywhere }, {}, { allow: ['read'] }],
  ['the entry for all groups', { groups: { '*': { tools: { deny: ['exec'] } } } }, {}, { deny: ['exec'] }],
  [
    'the person before the group, without @ and in any case',
    { groups: { '#claw': { tools: { allow: ['read'] }, toolsBySender: { '@Alice': { allow: ['exec'] } } } } },
    { senderName: 'alice' },
    { allow: ['exec'] },
  ],
  [
    'an empty entry of the person, which frees from those behind it',
    {
      groups: {
        '#claw': { tools: { allow: ['read'] }, toolsBySender: { alice: {} } },
        '*': { tools: { deny: ['exec'] } },
      },
    },
    { senderName: 'alice' },
    {},
  ],
  [
    'an id before a name, anybody last',
    {
      groups: { '#claw': { toolsBySender: { u1: { allow: ['a'] }, alice: { allow: ['b'] }, '*': { allow: ['c'] } } } },
    },
    { senderId: 'u1', senderName: 'alice' },
    { allow: ['a'] },
  ],
  [
    'the group before a person of all groups',
    { groups: { ...everywhere, '*': { toolsBySender: { alice: { allow: ['exec'] } } } } },
    { senderName: 'alice' },
    { allow: ['read'] },
  ],
  [
    'the account in place of the channel',
    { groups: everywhere, accounts: { Work: { groups: { '#claw': { tools: { allow: ['write'] } } } } } },
    { accountId: 'work' },
    { allow: ['write'] },
  ],
  [
    'the channel for an account that says nothing of groups',
    { groups: everywhere, accounts: { work: { nick: 'w' } } },
    { accountId: 'work' },
    { allow: ['read'] },
  ],
])('what may be used in a group is said by %s', (_what, irc, origin, expected) => {
  expect(policy(irc, origin)).toMatchObject(expected);
});

test('a group that nobody mentions has no policy', () => {
  expect(policy({})).toBeUndefined();
});
