import { silentLogger } from '@chela/observability';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { directMessage, fakeAdapter, NAMED } from '../testing/fake-adapter.ts';
import { mayCommand } from './command-gate.ts';
import { commandList } from './command-list.ts';
import { directAccess } from './direct-access.ts';
import { type GroupQuestion, groupAccess } from './group-access.ts';
import { firstBoolean, groupSettings } from './group-settings.ts';
import { mentionGate } from './mention-gate.ts';
import { createMentionMatcher, mentionPatterns } from './mention-patterns.ts';

const syntax = fakeAdapter().allowlist;
const sender = directMessage().sender;
const GROUP = { type: 'group', id: '-100', threadId: '7' } as const;

describe('direct messages', () => {
  test.each([
    ['pairing, unknown', {}, [], 'stranger'],
    ['pairing, paired', {}, ['4242'], 'allowed'],
    ['pairing, in the list', { allowFrom: [4242] }, [], 'allowed'],
    ['allowlist, unknown', { dmPolicy: 'allowlist', allowFrom: ['1'] }, [], 'refused'],
    ['allowlist, with the channel before the id', { dmPolicy: 'allowlist', allowFrom: ['tg:4242'] }, [], 'allowed'],
    ['allowlist, empty: nobody', { dmPolicy: 'allowlist', allowFrom: [] }, [], 'refused'],
    ['allowlist, paired', { dmPolicy: 'allowlist' }, ['4242'], 'allowed'],
    ['open', { dmPolicy: 'open', allowFrom: ['*'] }, [], 'allowed'],
    ['open without its star: nobody', { dmPolicy: 'open', allowFrom: [] }, [], 'refused'],
    ['disabled, even when listed', { dmPolicy: 'disabled', allowFrom: ['4242'] }, ['4242'], 'refused'],
    ['a section dm', { dm: { policy: 'allowlist', allowFrom: ['4242'] } }, [], 'allowed'],
  ] as const)('%s', (_what, settings, paired, kind) => {
    expect(directAccess({ settings, sender, syntax, paired }).kind).toBe(kind);
  });

  test('an empty list lets nobody in, under whatever policy', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('pairing', 'allowlist', 'open', 'disabled', 7, undefined),
        fc.string(),
        (dmPolicy, id) => {
          const access = directAccess({ settings: { dmPolicy, allowFrom: [] }, sender: { id }, syntax, paired: [] });
          expect(access.kind).not.toBe('allowed');
        },
      ),
    );
  });
});

describe('group messages', () => {
  const access = (settings: Record<string, unknown>, changes: Partial<GroupQuestion> = {}): string => {
    const group = groupSettings(settings, GROUP);
    const verdict = groupAccess({ settings, group, sender, syntax, listed: 'senders', paired: [], ...changes });
    return verdict.kind === 'allowed' ? `allowed ${verdict.listing}` : verdict.reason;
  };

  test.each([
    ['nothing said: nobody', {}, 'the sender is not on the allowlist of the group'],
    ['open', { groupPolicy: 'open' }, 'allowed missing'],
    ['disabled', { groupPolicy: 'disabled', groupAllowFrom: ['*'] }, 'group messages are switched off'],
    ['allowlist with the sender', { groupAllowFrom: ['4242'] }, 'allowed named'],
    ['allowlist falls back to allowFrom', { allowFrom: ['4242'] }, 'allowed named'],
    [
      'an empty groupAllowFrom falls back to nobody',
      { groupAllowFrom: [], allowFrom: ['4242'] },
      'the sender is not on the allowlist of the group',
    ],
    [
      'a group that is not listed',
      { groupPolicy: 'open', groups: { '-5': {} } },
      'the group is not in the list of groups',
    ],
    ['all groups are listed', { groupPolicy: 'open', groups: { '*': {} } }, 'allowed missing'],
    [
      'a group that is off',
      { groupPolicy: 'open', groups: { '-100': { enabled: false } } },
      'the group is switched off',
    ],
    [
      'a topic that is off',
      { groupPolicy: 'open', groups: { '-100': { topics: { 7: { enabled: false } } } } },
      'the group is switched off',
    ],
    [
      'its own list counts although it is open',
      { groupPolicy: 'open', groups: { '-100': { allowFrom: ['1'] } } },
      'the sender is not on the allowlist of the group',
    ],
    ['its own list', { groups: { '*': { allowFrom: ['*'] } } }, 'allowed anybody'],
    ['its own policy', { groups: { '-100': { groupPolicy: 'open' } } }, 'allowed missing'],
  ] as const)('%s', (_what, settings, verdict) => {
    expect(access(settings)).toBe(verdict);
  });

  test.each([
    ['needs its group in the list', {}, 'the group is not in the list of groups'],
    ['needs people too (irc.md)', { groups: { '*': {} } }, 'the sender is not on the allowlist of the group'],
    ['takes the people of the group', { groups: { '-100': { allowFrom: ['*'] } } }, 'allowed anybody'],
    ['takes who was paired', { groups: { '*': {} }, paired: true }, 'allowed named'],
    ['is open to all when it says so', { groupPolicy: 'open' }, 'allowed missing'],
    ['is open to groups that it does not name', { groupPolicy: 'open', groups: { '-5': {} } }, 'allowed missing'],
  ] as const)('a channel that lists groups %s', (_what, settings, verdict) => {
    expect(access(settings, { listed: 'groups', paired: 'paired' in settings ? ['4242'] : [] })).toBe(verdict);
  });

  test('the nearest layer says whether a mention is needed', () => {
    const groups = {
      '*': { requireMention: true },
      '-100': { requireMention: false, topics: { 7: { requireMention: true } } },
    };
    const wants = (id: string, threadId?: string) =>
      firstBoolean(groupSettings({ groups }, { type: 'group', id, ...(threadId && { threadId }) }), 'requireMention');
    expect([wants('-100', '7'), wants('-100', '8'), wants('-1')]).toEqual([true, false, true]);
  });
});

describe('mentions', () => {
  const question = {
    mention: { ...NAMED, ofUs: false },
    activation: undefined,
    requireMention: undefined,
    hasPatterns: true,
    matchesPattern: false,
    isAllowedCommand: false,
  } as const;
  test.each([
    ['nothing names us', {}, false],
    ['a pattern matches', { matchesPattern: true }, true],
    ['a reply to us', { mention: { ...NAMED, ofUs: false, isReplyToUs: true } }, true],
    ['a pressed button', { mention: { ...NAMED, ofUs: false, isForced: true } }, true],
    ['none is needed', { requireMention: false }, true],
    ['the session wants all', { requireMention: true, activation: 'always' }, true],
    ['the session wants mentions', { requireMention: false, activation: 'mention' }, false],
    [
      'nothing could tell one (recorded sig-007)',
      { hasPatterns: false, mention: { ...NAMED, ofUs: false, isDetectable: false } },
      true,
    ],
    ['an allowed command', { isAllowedCommand: true }, true],
    [
      'a command for somebody else',
      { isAllowedCommand: true, mention: { ...NAMED, ofUs: false, ofOthers: true } },
      false,
    ],
  ] as const)('%s', (_what, changes, isForUs) => {
    expect(mentionGate({ ...question, ...changes }).isForUs).toBe(isForUs);
  });

  test.each([
    [
      'the agent stands over everything',
      {
        agents: { list: [{ id: 'main', groupChat: { mentionPatterns: ['a'] } }] },
        messages: { groupChat: { mentionPatterns: ['b'] } },
      },
      ['a'],
    ],
    [
      'an empty list means none',
      {
        agents: { list: [{ id: 'main', identity: { name: 'Clawd' } }] },
        messages: { groupChat: { mentionPatterns: [] } },
      },
      [],
    ],
    [
      'a backspace was meant as the edge of a word',
      { messages: { groupChat: { mentionPatterns: ['\bclaw\b'] } } },
      ['\\bclaw\\b'],
    ],
    [
      'its name and emoji',
      { agents: { list: [{ id: 'main', identity: { name: 'Claw (d)', emoji: '🦞' } }] } },
      ['\\b@?Claw\\s+\\(d\\)\\b', '🦞'],
    ],
  ] as const)('patterns: %s', (_what, config, patterns) => {
    expect(mentionPatterns(config, 'main')).toEqual(patterns);
  });

  test('a pattern that cannot be used is left out, the others count', async () => {
    const matcher = createMentionMatcher({ logger: silentLogger() });
    expect(await matcher.matches(['(unclosed', '@?openclaw'], 'Hey OpenClaw!')).toBe(true);
    expect(await matcher.strip(['@?openclaw'], '@openclaw  /status')).toBe('/status');
  });
});

describe('commands', () => {
  const base = { config: {}, isListed: false, hasLists: false, isOwner: false, needsOwner: false };
  test.each([
    ['nobody is listed', {}, false],
    ['the sender is listed', { isListed: true, hasLists: true }, true],
    ['lists do not count', { config: { commands: { useAccessGroups: false } } }, true],
    ['only owners, and the sender is none', { isListed: true, hasLists: true, needsOwner: true }, false],
    ['only owners, and the sender is one', { isListed: true, hasLists: true, needsOwner: true, isOwner: true }, true],
  ] as const)('%s', (_what, changes, allowed) => {
    expect(mayCommand({ ...base, ...changes })).toBe(allowed);
  });

  test('a list of their own replaces every other rule', () => {
    const list = commandList({ commands: { allowFrom: { telegram: ['telegram:4242'], '*': ['9'] } } }, 'telegram');
    expect([list?.('4242'), list?.('9')]).toEqual([true, false]);
    expect(commandList({ commands: { allowFrom: { '*': ['9'] } } }, 'irc')?.('9')).toBe(true);
    expect(commandList({}, 'irc')).toBeUndefined();
    expect(commandList({ commands: { allowFrom: { telegram: ['4242'] } } }, 'irc')).toBeUndefined();
    expect(commandList({ commands: { allowFrom: { irc: [], '*': ['9'] } } }, 'irc')?.('9')).toBe(false);
  });
});
