import { describe, expect, test } from 'vitest';
import { directMessage } from '../testing/fake-adapter.ts';
import { createInboundBench, telegramConfig } from '../testing/inbound-bench.ts';

describe('a direct message', () => {
  test('becomes a turn in the main session whose answer goes where it came from', async () => {
    const bench = await createInboundBench();
    expect(await bench.receive(directMessage())).toBe('new');
    await bench.settled();
    expect(bench.submitted).toMatchObject([
      {
        source: 'channel',
        agentId: 'main',
        sessionKey: 'agent:main:main',
        text: 'hi there',
        channel: 'telegram',
        sender: { messageId: '7371', name: '4242', isOwner: false, mayCommand: true },
        origin: { channel: 'telegram', accountId: 'default', to: '4242', messageId: '7371', chatType: 'direct' },
        inbound: { chatId: 'telegram:4242', from: 'telegram:4242', history: [], media: [] },
      },
    ]);
  });

  test('that comes twice makes one turn', async () => {
    const bench = await createInboundBench();
    const answers = await Promise.all([bench.receive(directMessage()), bench.receive(directMessage())]);
    await bench.settled();
    expect([answers, bench.submitted.length]).toEqual([['new', 'repeated'], 1]);
  });

  test('of somebody who is named on the list has the owner as its author', async () => {
    const config = telegramConfig({ dmPolicy: 'allowlist', allowFrom: ['telegram:4242'] });
    const bench = await createInboundBench({ config });
    await bench.receive(directMessage());
    await bench.settled();
    expect(bench.submitted[0]).toMatchObject({ sender: { isOwner: true } });
    expect(bench.submitted[0]?.provenance).toBeUndefined();
  });

  test('of a sender who is not listed is dropped without a word', async () => {
    const bench = await createInboundBench({ config: telegramConfig({ dmPolicy: 'allowlist', allowFrom: ['1'] }) });
    await bench.receive(directMessage());
    await bench.settled();
    expect([bench.submitted, bench.notices]).toEqual([[], []]);
  });

  test('of a list that only holds names which the channel cannot read lets nobody in (golden tg-016)', async () => {
    const bench = await createInboundBench({ config: telegramConfig({ dmPolicy: 'allowlist', allowFrom: ['@ann'] }) });
    await bench.receive(directMessage());
    await bench.settled();
    expect(bench.submitted).toEqual([]);
  });

  test.each([
    [undefined, { reactions: 'minimal' }],
    ['extensive', { reactions: 'extensive' }],
    ['ack', {}],
    ['off', {}],
  ])('says at reactionLevel %s how freely the agent may react', async (reactionLevel, means) => {
    const config = telegramConfig(reactionLevel === undefined ? {} : { reactionLevel });
    const bench = await createInboundBench({ config, facts: { hasReactionLevel: true } });
    await bench.receive(directMessage());
    await bench.settled();
    expect(bench.submitted[0]?.inbound?.means).toEqual(means);
  });

  test('with a command from the menu speaks to us, and one of a button is a word of a person', async () => {
    const bench = await createInboundBench({ config: telegramConfig() });
    await bench.receive(directMessage({ text: '/new', isNativeCommand: true }));
    await bench.receive(
      directMessage({ messageId: 'cb1', text: '/new', isNativeCommand: true, button: { messageId: '9' } }),
    );
    await bench.settled();
    expect(bench.submitted).toMatchObject([
      { origin: { isFromMenu: true }, inbound: { isFromMenu: true, wasMentioned: true } },
      { origin: { button: {} }, inbound: { isNativeCommand: true } },
    ]);
    expect(bench.submitted[1]?.origin).not.toHaveProperty('isFromMenu');
    expect(bench.submitted[1]?.inbound).not.toHaveProperty('wasMentioned');
  });

  test('with a command from the menu by somebody who may not is answered (golden tg-051)', async () => {
    const bench = await createInboundBench({ config: telegramConfig({ dmPolicy: 'allowlist', allowFrom: ['1'] }) });
    await bench.receive(directMessage({ text: '/status', isNativeCommand: true }));
    await bench.settled();
    expect(bench.notices.map(({ text }) => text)).toEqual(['You are not authorized to use this command.']);
  });

  test.each([
    ['main', 'agent:main:main'],
    ['per-peer', 'agent:main:direct:alice'],
    ['per-channel-peer', 'agent:main:telegram:direct:alice'],
    ['per-account-channel-peer', 'agent:main:telegram:default:direct:alice'],
  ] as const)(
    'is answered in the session of the scope %s, and the main session keeps the way back',
    async (dmScope, key) => {
      const session = { dmScope, identityLinks: { alice: ['telegram:4242'] } };
      const bench = await createInboundBench({ config: telegramConfig({}, { session }) });
      await bench.store.sessions.upsert('agent:main:main', 'main', () => ({ sessionId: 's', updatedAt: 0 }));
      await bench.receive(directMessage());
      await bench.settled();
      expect(bench.submitted[0]?.sessionKey).toBe(key);
      const main = (await bench.store.sessions.get('agent:main:main'))?.entry;
      // In the main session itself the turn does it.
      if (dmScope === 'main') expect(main?.lastTo).toBeUndefined();
      else expect(main).toMatchObject({ lastChannel: 'telegram', lastTo: 'telegram:4242', lastAccountId: 'default' });
    },
  );

  test('in a topic has a session of its own (golden tg-073)', async () => {
    const bench = await createInboundBench();
    const conversation = { type: 'direct', id: '4242', threadId: '5', threadSuffix: 'thread:5' } as const;
    await bench.receive(directMessage({ conversation, replyTo: { to: '4242', threadId: '5' } }));
    await bench.settled();
    expect(bench.submitted[0]).toMatchObject({ sessionKey: 'agent:main:main:thread:5', origin: { threadId: '5' } });
  });
});
