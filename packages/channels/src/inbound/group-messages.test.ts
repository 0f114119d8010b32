import { describe, expect, test } from 'vitest';
import type { InboundMessage } from '../contract/inbound.ts';
import { directMessage, groupMessage, NAMED } from '../testing/fake-adapter.ts';
import { createInboundBench, type InboundBench, telegramConfig } from '../testing/inbound-bench.ts';

const texts = (bench: InboundBench): readonly string[] => bench.submitted.map(({ text }) => text);
const MENTION_GROUPS = telegramConfig({ groups: { '*': { requireMention: true } } });

describe('a message of a group', () => {
  test('without a mention is told with the next one that has it (golden tg-018)', async () => {
    const bench = await createInboundBench({ config: MENTION_GROUPS });
    await bench.receive(groupMessage({ messageId: '7392', sender: { id: '51', name: 'Bob' }, text: 'first remark' }));
    await bench.receive(groupMessage({ messageId: '7393', text: '@clawd_bot what did Bob say?', mention: NAMED }));
    await bench.receive(groupMessage({ messageId: '7394', text: '@clawd_bot and now?', mention: NAMED }));
    await bench.settled();
    expect(bench.submitted.map(({ inbound }) => inbound?.history)).toEqual([
      [{ sender: 'Bob id:51', at: Date.UTC(2026, 1, 17, 10), body: 'first remark' }],
      [],
    ]);
    expect(bench.submitted[0]).toMatchObject({
      sessionKey: 'agent:main:telegram:group:-1000000887201',
      inbound: {
        wasMentioned: true,
        conversationLabel: 'Book Club id:-1000000887201',
        group: { subject: 'Book Club' },
      },
    });
    expect(bench.reactions).toEqual([
      { messageId: '7393', emoji: '🦞' },
      { messageId: '7394', emoji: '🦞' },
    ]);
  });

  test('keeps its history over a restart, as much of it as the limit says', async () => {
    const config = telegramConfig({ groups: { '*': {} }, historyLimit: 2 });
    const bench = await createInboundBench({ config });
    for (const n of [1, 2, 3]) await bench.receive(groupMessage({ messageId: String(n), text: `remark ${n}` }));
    await bench.settled();
    const next = await bench.restart({ config });
    await next.receive(groupMessage({ messageId: '4', mention: NAMED }));
    await next.settled();
    expect(next.submitted[0]?.inbound?.history.map(({ body }) => body)).toEqual(['remark 2', 'remark 3']);
  });

  test.each([
    ['its name', 'Clawd, are you there?', true],
    ['its name in other letters with a mark between', 'hey cl\u200bawd', true],
    ['its emoji', 'morning 🦞', true],
    ['part of a word', 'Clawdia is here', false],
  ])('is for the agent when it holds %s', async (_what, text, isForUs) => {
    const bench = await createInboundBench({ config: MENTION_GROUPS });
    await bench.receive(groupMessage({ text }));
    await bench.settled();
    expect(bench.submitted).toHaveLength(isForUs ? 1 : 0);
  });

  test('with a pattern that would stop others takes no time', async () => {
    const groupChat = { mentionPatterns: ['(a+)+$'] };
    const bench = await createInboundBench({ config: telegramConfig({}, { messages: { groupChat } }) });
    const started = performance.now();
    await bench.receive(groupMessage({ text: `${'a'.repeat(15_000)}!` }));
    await bench.settled();
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('that replies to the bot is for it; with activation always every one is', async () => {
    const bench = await createInboundBench({ config: MENTION_GROUPS });
    await bench.receive(groupMessage({ messageId: '1', mention: { ...NAMED, ofUs: false, isReplyToUs: true } }));
    await bench.settled();
    await bench.store.sessions.upsert('agent:main:telegram:group:-1000000887201', 'main', () => ({
      sessionId: 's',
      updatedAt: 0,
      groupActivation: 'always',
    }));
    await bench.receive(groupMessage({ messageId: '2', text: 'no mention here' }));
    await bench.settled();
    expect(bench.submitted.map(({ inbound }) => [inbound?.messageId, inbound?.group?.activation])).toEqual([
      ['1', 'mention'],
      ['2', 'always'],
    ]);
  });

  test('that is not in the list of groups is dropped (golden tg-022)', async () => {
    const bench = await createInboundBench({
      config: telegramConfig({ groups: { '-100123': { requireMention: false } } }),
    });
    await bench.receive(groupMessage({ mention: NAMED }));
    await bench.settled();
    expect(bench.submitted).toEqual([]);
  });

  test('in a topic takes the words of its group and of its topic (golden tg-027)', async () => {
    const topics = { 99: { requireMention: false, systemPrompt: 'Topic prompt' } };
    const groups = { '-1000000887207': { systemPrompt: 'Group prompt', topics } };
    const bench = await createInboundBench({ config: telegramConfig({ groups }) });
    const id = '-1000000887207';
    const conversation = { type: 'group', id, threadId: '99', threadSuffix: 'topic:99', isForum: true } as const;
    await bench.receive(groupMessage({ conversation, replyTo: { to: id, threadId: '99' } }));
    await bench.settled();
    expect(bench.submitted[0]).toMatchObject({
      sessionKey: `agent:main:telegram:group:${id}:topic:99`,
      inbound: { isForum: true, group: { id, systemPrompt: 'Group prompt\n\nTopic prompt' } },
    });
  });

  test('in a thread that inherits names the session of its parent, others do not', async () => {
    const config = telegramConfig({ groups: { '*': { requireMention: false } } });
    const bench = await createInboundBench({ config });
    const thread = { type: 'group', id: '-1', threadId: '9', threadSuffix: 'thread:9' } as const;
    const own = { ...thread, id: '-9', parentId: '-1' };
    const { threadSuffix: _none, ...discord } = own;
    for (const [index, conversation] of [{ ...thread, inheritsParent: true as const }, thread].entries()) {
      await bench.receive(groupMessage({ messageId: `${index}`, conversation, replyTo: { to: '-1' } }));
    }
    const inherits = { ...discord, inheritsParent: true } as const;
    await bench.receive(groupMessage({ messageId: '3', conversation: inherits, replyTo: { to: '-9' } }));
    await bench.settled();
    const parents = bench.submitted.map(({ sessionKey, inbound }) => [sessionKey, inbound?.parentSessionKey]);
    expect(parents.toSorted()).toEqual([
      ['agent:main:telegram:group:-1:thread:9', undefined],
      ['agent:main:telegram:group:-1:thread:9', 'agent:main:telegram:group:-1'],
      ['agent:main:telegram:group:-9', 'agent:main:telegram:group:-1'],
    ]);
  });

  test('with a command passes without a mention when its sender may use it, else not at all', async () => {
    const config = telegramConfig({ groups: { '*': {} }, allowFrom: ['4242', '*'], groupAllowFrom: ['4242'] });
    const bench = await createInboundBench({ config });
    await bench.receive(groupMessage({ messageId: '1', text: '/activation always' }));
    await bench.receive(groupMessage({ messageId: '2', text: '/status', sender: { id: '51' } }));
    await bench.settled();
    expect(texts(bench)).toEqual(['/activation always']);
  });

  test('of another bot is not answered', async () => {
    const bench = await createInboundBench();
    await bench.receive(groupMessage({ mention: NAMED, sender: { id: '9', isBot: true } }));
    await bench.receive(groupMessage({ messageId: '2', mention: NAMED, sender: { id: '7000000001' } }));
    await bench.settled();
    expect(bench.submitted).toEqual([]);
  });

  test('goes to all agents of its broadcast list, each in a session of its own', async () => {
    const list = [{ id: 'main' }, { id: 'two' }];
    const broadcast = { strategy: 'sequential', '-1000000887201': ['main', 'two', 'nobody'] };
    const config = telegramConfig({}, { agents: { list }, broadcast });
    const bench = await createInboundBench({ config, facts: { broadcastGroups: true } });
    await bench.receive(groupMessage({ mention: NAMED }));
    await bench.settled();
    expect(bench.submitted.map(({ sessionKey }) => sessionKey)).toEqual([
      'agent:main:telegram:group:-1000000887201',
      'agent:two:telegram:group:-1000000887201',
    ]);
  });
});

test('a button for listed people alone is nothing in the hands of others, and its message is the one that is seen', async () => {
  const config = telegramConfig({
    dmPolicy: 'allowlist',
    allowFrom: ['4242'],
    groupPolicy: 'open',
    groups: { '*': {} },
  });
  const bench = await createInboundBench({ config });
  const button = { messageId: '640', isForListed: true } as const;
  const stranger = { id: '99', name: 'Eve' };
  const pressed = (messageId: string): Partial<InboundMessage> => ({
    messageId,
    button,
    mention: { isDetectable: true, ofUs: true, ofOthers: false, isReplyToUs: true, isForced: true },
  });
  await bench.receive(groupMessage({ ...pressed('cb1'), sender: stranger }));
  await bench.receive(groupMessage(pressed('cb2')));
  await bench.settled();
  expect(bench.submitted.map(({ origin }) => origin)).toMatchObject([
    { messageId: 'cb2', button: { messageId: '640' } },
  ]);
});

test('an answer knows whether a reaction said that its message was seen', async () => {
  const config = telegramConfig({ groupPolicy: 'open', groups: { '*': {} }, allowFrom: ['*'], dmPolicy: 'open' });
  const bench = await createInboundBench({ config });
  await bench.receive(groupMessage({ messageId: '1', mention: NAMED }));
  await bench.receive(directMessage({ messageId: '2' }));
  await bench.settled();
  const acked = bench.submitted.map(({ origin }) => [origin?.messageId, origin?.isAcked]);
  expect(acked).toEqual([
    ['1', true],
    ['2', undefined],
  ]);
});
