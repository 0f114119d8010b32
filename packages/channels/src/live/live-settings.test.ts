import type { Config } from '@chela/config';
import { describe, expect, test } from 'vitest';
import type { ChannelFacts } from '../contract/facts.ts';
import { fakeAdapter } from '../testing/fake-adapter.ts';
import { liveSettings } from './live-settings.ts';

/** Reference channels/framework.md §14, §15. */

const { facts } = fakeAdapter();
const can = { ...facts.can, typing: true, draftStreaming: true, blockStreaming: true };
const able: ChannelFacts = { ...facts, can };
const origin = { channel: 'toy', accountId: 'default', to: '1', messageId: 'm', chatType: 'direct' } as const;
const settings = (
  defaults: Record<string, unknown> = {},
  account: Record<string, unknown> = {},
  more: Partial<Parameters<typeof liveSettings>[0]> = {},
) => {
  const config: Config = { agents: { defaults } };
  return liveSettings({ config, account, facts: able, agentId: 'main', origin, ...more });
};

describe('typing is shown', () => {
  test.each([
    ['at once in a private chat', {}, origin, 'instant'],
    ['at once where it was called for', {}, { ...origin, chatType: 'group', wasMentioned: true } as const, 'instant'],
    ['with the first words elsewhere', {}, { ...origin, chatType: 'group' } as const, 'message'],
    ['as the configuration says', { typingMode: 'thinking' }, origin, 'thinking'],
    ['never when it says so', { typingMode: 'never' }, origin, 'never'],
  ])('%s', (_what, defaults, from, mode) => {
    expect(settings(defaults, {}, { origin: from }).typing).toBe(mode);
  });

  test('every six seconds unless the configuration says otherwise, and not on a channel that cannot', () => {
    expect(settings().typingIntervalMs).toBe(6_000);
    expect(settings({ typingIntervalSeconds: 3 }).typingIntervalMs).toBe(3_000);
    expect(settings({}, {}, { facts: { ...able, can: { ...can, typing: false } } }).typing).toBe('never');
  });
});

describe('an answer that is being written', () => {
  test('is not shown on the way when it answers a command of the menu (recorded)', () => {
    const more = { origin: { ...origin, isFromMenu: true } };
    const shown = [settings({}, { streamMode: 'partial' }, more), settings({}, { blockStreaming: true }, more)];
    expect(shown).toMatchObject([
      { typing: 'never', draft: 'off', blocks: undefined },
      { typing: 'never', draft: 'off', blocks: undefined },
    ]);
  });

  test('grows in a draft, and never in blocks as well', () => {
    expect(settings()).toMatchObject({ draft: 'partial', blocks: undefined });
    expect(settings({}, { streamMode: 'off' }).draft).toBe('off');
    const both = settings({ blockStreamingDefault: 'on' }, { streamMode: 'partial' });
    expect([both.draft, both.blocks === undefined]).toEqual(['off', false]);
  });

  test('comes in blocks when the account or the default says so, the account first', () => {
    expect(settings({ blockStreamingDefault: 'on' }, { blockStreaming: false }).blocks).toBeUndefined();
    expect(settings({ blockStreamingDefault: 'off' }, { blockStreaming: true }).blocks).toBeDefined();
  });

  test('is cut between 800 and 1200 characters at paragraphs, and blocks wait a second for more', () => {
    expect(
      settings({}, { blockStreaming: true }, { facts: { ...able, limits: { ...facts.limits, textChars: 4_000 } } })
        .blocks,
    ).toMatchObject({
      chunk: { minChars: 800, maxChars: 1_200, breakPreference: 'paragraph' },
      atMessageEnd: false,
      idleMs: 1_000,
      joiner: '\n\n',
      humanDelay: undefined,
    });
  });

  test('follows the channel’s own joining, and the account’s before it', () => {
    const own = { ...able, coalesce: { minChars: 300, idleMs: 700 } };
    expect(settings({}, { blockStreaming: true }, { facts: own }).blocks).toMatchObject({ minChars: 300, idleMs: 700 });
    const account = { blockStreaming: true, blockStreamingCoalesce: { minChars: 20, idleMs: 50 } };
    expect(settings({}, account, { facts: own }).blocks).toMatchObject({ minChars: 20, idleMs: 50 });
  });

  test('is shown paragraph by paragraph, at message ends and with a human pause when that is wished', () => {
    const defaults = { blockStreamingBreak: 'message_end', humanDelay: { mode: 'natural' } };
    expect(settings(defaults, { blockStreaming: true, chunkMode: 'newline' }).blocks).toMatchObject({
      chunk: { flushOnParagraph: true },
      atMessageEnd: true,
      minChars: 1,
      humanDelay: { minMs: 800, maxMs: 2_500 },
    });
  });
});
