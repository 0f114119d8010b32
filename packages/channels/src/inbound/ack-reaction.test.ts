import { expect, test } from 'vitest';
import { ackEmoji } from './ack-reaction.ts';

/** Reference channels/framework.md §15. */

type Facts = Parameters<typeof ackEmoji>[0];
const MENTION: Facts = {
  config: {},
  settings: {},
  agentId: 'main',
  chatType: 'group',
  needsMention: true,
  wasMentioned: true,
};
const DIRECT: Facts = { ...MENTION, chatType: 'direct', needsMention: false, wasMentioned: false };
const withIdentity = { agents: { list: [{ id: 'main', identity: { emoji: '🦞' } }] } };

test.each([
  ['the eyes', MENTION, '👀'],
  ['the agent’s own emoji (golden tg-018)', { ...MENTION, config: withIdentity }, '🦞'],
  [
    'the one for all messages before it',
    { ...MENTION, config: { ...withIdentity, messages: { ackReaction: '👍' } } },
    '👍',
  ],
  [
    'the account’s before both',
    { ...MENTION, config: { messages: { ackReaction: '👍' } }, settings: { ackReaction: '🔥' } },
    '🔥',
  ],
  ['none where it is switched off', { ...MENTION, config: withIdentity, settings: { ackReaction: '' } }, undefined],
])('a mention is seen with %s', (_what, facts, emoji) => {
  expect(ackEmoji(facts)).toBe(emoji);
});

test.each([
  [undefined, false, true, false],
  ['group-mentions', false, true, false],
  ['group-all', false, true, true],
  ['direct', true, false, false],
  ['all', true, true, true],
  ['off', false, false, false],
  ['none', false, false, false],
])(
  'in scope %s it is given: direct %s, mention %s, other of a group %s',
  (ackReactionScope, direct, mention, other) => {
    const given = (facts: Facts): boolean =>
      ackEmoji({ ...facts, config: { messages: { ackReactionScope } } }) !== undefined;
    const unmentioned = { ...MENTION, wasMentioned: false };
    const always = { ...MENTION, needsMention: false };
    expect([given(DIRECT), given(MENTION), given(unmentioned), given(always)]).toEqual([
      direct,
      mention,
      other,
      // Where none is needed, a mention is nothing special.
      ackReactionScope === 'group-all' || ackReactionScope === 'all',
    ]);
  },
);
