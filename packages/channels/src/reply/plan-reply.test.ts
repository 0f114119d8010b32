import { expect, test } from 'vitest';
import type { OutboundPart } from '../contract/outbound.ts';
import { loadMarkdown } from '../format/markdown.ts';
import { answered, FACTS } from '../testing/outbound-bench.ts';
import { planReply, type ReplyPlanInput } from './plan-reply.ts';
import { replySettings } from './reply-settings.ts';
import { responsePrefix, withPrefix } from './response-prefix.ts';
import { withoutSaid } from './said-text.ts';

const render = { dialect: FACTS.dialect, tables: FACTS.tables, limit: 4000, chunkMode: 'length' as const };
const PICTURE = { path: '/x/a.png', mimeType: 'image/png', fileName: 'a.png', kind: 'image' as const };

async function plan(
  outcome: ReplyPlanInput['outcome'],
  change: Partial<ReplyPlanInput> = {},
): Promise<readonly OutboundPart[]> {
  return planReply({
    rules: { markdown: await loadMarkdown(), facts: FACTS, render },
    settings: { replyToMode: 'off' },
    channel: 'telegram',
    outcome,
    payloads: outcome.payloads.map((payload) => ({ payload, media: [], mediaUrls: [] })),
    prefix: undefined,
    currentMessageId: '7',
    drafts: [],
    said: [],
    sentByTool: [],
    ...change,
  });
}

const texts = (parts: readonly OutboundPart[]): readonly string[] =>
  parts.map((part) => ('text' in part ? part.text.text : part.kind));

test('silence sends nothing, an empty answer says so', async () => {
  expect(await plan({ ...answered(), silent: true })).toEqual([]);
  expect(await plan({ ...answered(), command: true })).toEqual([]);
  expect(await plan({ ...answered(), heartbeat: 'ok-token' })).toEqual([]);
  expect(await plan(answered(), { sentByTool: ['done there'] })).toEqual([]);
  expect(texts(await plan(answered()))).toEqual(['No response generated. Please try again.']);
});

test('what the message tool sent to the same place is not said again, other texts are', async () => {
  const outcome = answered('Dinner is at **eight**.', 'See you.');
  expect(texts(await plan(outcome, { sentByTool: ['Dinner is at eight.'] }))).toEqual(['See you.']);
});

test.each([
  ['off', false, [undefined, undefined, undefined]],
  ['off', true, ['7', '99', undefined]],
  ['first', false, ['7', undefined, undefined]],
  ['all', false, ['7', '99', undefined]],
] as const)('reply tags in mode %s, kept in any mode: %s', async (replyToMode, keepsReplyTags, expected) => {
  const outcome = answered(
    { text: 'a', mediaUrl: null, delivery: { replyTo: { current: true } } },
    { text: 'b', mediaUrl: null, delivery: { replyTo: { id: '99' } } },
    'c',
  );
  const rules = { markdown: await loadMarkdown(), facts: { ...FACTS, keepsReplyTags }, render };
  const parts = await plan(outcome, { rules, settings: { replyToMode } });
  expect(parts.map(({ replyToId }) => replyToId)).toEqual(expected);
});

test('the caption stands under the first file alone; buttons stand where the text is', async () => {
  const buttons = [[{ text: 'Yes', callback_data: 'y' }]];
  const outcome = answered({ text: 'Two', mediaUrl: 'a', delivery: { channelData: { telegram: { buttons } } } });
  const [payload] = outcome.payloads;
  if (payload === undefined) throw new Error('no payload');
  const shown = [[{ text: 'Yes', data: 'y' }]];
  expect(await plan(outcome, { payloads: [{ payload, media: [PICTURE, PICTURE], mediaUrls: [] }] })).toEqual([
    { kind: 'media', media: PICTURE, caption: { text: 'Two', plain: 'Two' }, buttons: shown },
    { kind: 'media', media: PICTURE },
  ]);
  const long = { ...payload, text: 'x'.repeat(1_025) };
  expect(await plan(outcome, { payloads: [{ payload: long, media: [PICTURE], mediaUrls: [] }] })).toMatchObject([
    { kind: 'media', media: PICTURE },
    { kind: 'text', buttons: shown },
  ]);
});

test('behind a new message no older draft is used, so that the order stays', async () => {
  const outcome = answered('One', 'Two');
  const parts = await plan(outcome, { drafts: [{ messageId: '5', text: 'Two' }] });
  expect(parts).toMatchObject([
    { kind: 'text', text: { text: 'One' } },
    { kind: 'text', text: { text: 'Two' } },
    { kind: 'delete', messageId: '5' },
  ]);
});

test('on a channel without uploads the addresses stand behind the text', async () => {
  const rules = { markdown: await loadMarkdown(), facts: FACTS, render: { ...render, dialect: 'irc' as const } };
  const outcome = answered('Here');
  const [payload] = outcome.payloads;
  if (payload === undefined) throw new Error('no payload');
  const parts = await plan(outcome, {
    rules,
    payloads: [{ payload, media: [], mediaUrls: ['https://x.example/a.png'] }],
  });
  expect(texts(parts)).toEqual(['Here\n\nAttachment: https://x.example/a.png']);
});

test('the prefix knows its variables, leaves others, and is not repeated', () => {
  const facts = { provider: 'mock', model: 'sonnet-20260101', thinkingLevel: 'low', identityName: 'Clawd' };
  expect(responsePrefix('[{identity.name}|{model}|{modelFull}|{Think}|{what}]', facts)).toBe(
    '[Clawd|sonnet|mock/sonnet-20260101|low|{what}]',
  );
  expect(responsePrefix('auto', facts)).toBe('[Clawd]');
  expect(responsePrefix('auto', { ...facts, identityName: undefined })).toBeUndefined();
  expect(withPrefix('[Clawd] hi', '[Clawd]')).toBe('[Clawd] hi');
  expect(withPrefix('hi', '[Clawd]')).toBe('[Clawd] hi');
});

test('an account has its own prefix or none at all, whatever the messages section says', () => {
  const prefixOf = (responsePrefix?: string): string | undefined => {
    const account = responsePrefix === undefined ? {} : { responsePrefix };
    return replySettings({ config: { messages: { responsePrefix: '🦞' } }, account, facts: FACTS, agentId: 'main' })
      .responsePrefix;
  };
  expect([prefixOf(), prefixOf('[lab]'), prefixOf('')]).toEqual(['🦞', '[lab]', undefined]);
});

test('a fence that was cut and opened again counts as said; other words are said in full', () => {
  const text = 'Look:\n\n```js\none();\ntwo();\n```\n\nThat is all.';
  expect(withoutSaid([text], ['Look:\n\n```js\none();\n```', '```js\ntwo();\n```'])).toEqual(['That is all.']);
  expect(withoutSaid([text], ['Look:', '```js\none();\n```'])).toEqual(['```js\ntwo();\n```\n\nThat is all.']);
  expect(withoutSaid([text], ['Look:'])).toEqual(['```js\none();\ntwo();\n```\n\nThat is all.']);
  expect(withoutSaid(['Something else', 'more'], ['Look:'])).toEqual(['Something else', 'more']);
  expect(withoutSaid(['a b', 'c d'], ['a b', 'c'])).toEqual(['', 'd']);
});

test('a page that was turned takes the place of the one before, an answer of a model does not', async () => {
  const buttons = [[{ text: 'Next', callback_data: 'commands_page_3' }]];
  const payload = { text: 'Page 2', mediaUrl: null, delivery: { channelData: { telegram: { buttons } } } };
  const outcome = answered(payload);
  expect(await plan({ ...outcome, command: true }, { page: '640' })).toEqual([
    {
      kind: 'edit',
      messageId: '640',
      text: { text: 'Page 2', plain: 'Page 2' },
      buttons: [[{ text: 'Next', data: 'commands_page_3' }]],
    },
  ]);
  expect(await plan(outcome, { page: '640' })).toMatchObject([{ kind: 'text' }]);
});

test('a reply tag for what is no message is none', async () => {
  const outcome = answered({ text: 'a', mediaUrl: null, delivery: { replyTo: { current: true } } });
  const settings = { replyToMode: 'all' } as const;
  const [part] = await plan(outcome, { settings, currentMessageId: undefined });
  expect(part?.replyToId).toBeUndefined();
});
