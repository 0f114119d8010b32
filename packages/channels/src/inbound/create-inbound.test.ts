import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChannelError } from '../contract/channel-error.ts';
import type { InboundMessage } from '../contract/inbound.ts';
import { directMessage, groupMessage, NAMED } from '../testing/fake-adapter.ts';
import { ACCOUNT, createInboundBench, type InboundBench, telegramConfig } from '../testing/inbound-bench.ts';

const texts = (bench: InboundBench): readonly string[] => bench.submitted.map(({ text }) => text);
const MENTION_GROUPS = telegramConfig({ groups: { '*': { requireMention: true } } });

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

describe('pairing', () => {
  const config = telegramConfig({ dmPolicy: 'pairing', allowFrom: [] });
  const stranger = (id: string, messageId = id): InboundMessage =>
    directMessage({
      messageId,
      sender: { id, name: 'Stan' },
      conversation: { type: 'direct', id },
      replyTo: { to: id },
    });

  test('tells a stranger their code once (golden tg-013)', async () => {
    const bench = await createInboundBench({ config });
    await bench.receive(stranger('882927', '1'));
    await bench.receive(stranger('882927', '2'));
    await bench.settled();
    const [request] = await bench.pairing.list('telegram');
    expect(bench.submitted).toEqual([]);
    expect(bench.notices.map(({ text, origin }) => [origin.to, text])).toEqual([
      [
        '882927',
        `Chela: access not configured.\n\nYour Telegram user id: 882927\n\nPairing code: ${request?.code}\n\nAsk the bot owner to approve with:\nopenclaw pairing approve telegram ${request?.code}`,
      ],
    ]);
  });

  test('lets them in once they are approved', async () => {
    const bench = await createInboundBench({ config });
    await bench.receive(stranger('882927', '1'));
    await bench.settled();
    const [request] = await bench.pairing.list('telegram');
    await bench.pairing.approve({ channel: 'telegram', code: request?.code.toLowerCase() ?? '' });
    await bench.receive(stranger('882927', '2'));
    await bench.settled();
    expect(bench.submitted).toMatchObject([{ origin: { messageId: '2' }, sender: { isOwner: true } }]);
  });

  test('is silent to the fourth who asks at the same time', async () => {
    const bench = await createInboundBench({ config });
    for (const id of ['1', '2', '3', '4']) await bench.receive(stranger(id));
    await bench.settled();
    expect([bench.notices.length, (await bench.pairing.list('telegram')).length]).toEqual([3, 3]);
  });

  test('tells them after a crash between the request and the notice', async () => {
    const bench = await createInboundBench({
      config,
      wrap: (deps) => ({ ...deps, outbound: { notify: () => new Promise(() => undefined) } }),
    });
    await bench.receive(stranger('882927'));
    while ((await bench.pairing.list('telegram')).length === 0) await new Promise((resume) => setImmediate(resume));
    const next = await bench.restart();
    await next.inbound.recover();
    await next.settled();
    expect(next.notices).toHaveLength(1);
  });

  test('is never offered in a group', async () => {
    const bench = await createInboundBench({
      config: telegramConfig({ dmPolicy: 'pairing', allowFrom: [], groupPolicy: 'allowlist' }),
    });
    await bench.receive(groupMessage({ mention: NAMED }));
    await bench.settled();
    expect([bench.notices, bench.submitted]).toEqual([[], []]);
  });
});

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

describe('messages that belong together', () => {
  const album = { key: 'album:1', quietMs: 500, separator: '\n', maxParts: 10, maxChars: 10_000 } as const;
  const image = { kind: 'image', ref: {} } as const;

  test('an album is one message with the caption of the first that has one (golden tg-037)', async () => {
    const bench = await createInboundBench();
    await bench.receive(directMessage({ messageId: '11', text: 'later caption', attachments: [image], part: album }));
    await bench.receive(directMessage({ messageId: '9', text: '', attachments: [image], part: album }));
    await bench.receive(directMessage({ messageId: '10', text: 'two pics', attachments: [image], part: album }));
    await bench.clock.advance(499);
    expect(bench.submitted).toEqual([]);
    await bench.clock.advance(1);
    await bench.settled();
    expect(bench.submitted).toMatchObject([{ text: 'two pics\nlater caption', inbound: { messageId: '10' } }]);
  });

  test('a text that was cut is joined without a separator as long as its pieces follow each other (golden tg-044)', async () => {
    const bench = await createInboundBench();
    const part = { key: 'text', quietMs: 1500, separator: '', follows: '10', maxParts: 12, maxChars: 50_000 } as const;
    await bench.receive(directMessage({ messageId: '10', text: 'AAAA', part }));
    await bench.receive(directMessage({ messageId: '11', text: 'BB' }));
    await bench.receive(directMessage({ messageId: '20', text: 'something else' }));
    await bench.settled();
    expect(bench.submitted.map(({ text, inbound }) => [text, inbound?.messageId])).toEqual([
      ['AAAABB', '11'],
      ['something else', '20'],
    ]);
  });

  test('quick texts of one person are joined and answered as the last (golden tg-074); commands are not', async () => {
    const config = telegramConfig({}, { messages: { inbound: { debounceMs: 1200 } } });
    const bench = await createInboundBench({ config });
    await bench.receive(directMessage({ messageId: '1', text: 'part one' }));
    await bench.receive(directMessage({ messageId: '2', text: 'part two' }));
    await bench.receive(directMessage({ messageId: '3', text: '/status' }));
    await bench.settled();
    expect(bench.submitted.map(({ text, inbound }) => [text, inbound?.messageId])).toEqual([
      ['part one part two', '2'],
      ['/status', '3'],
    ]);
  });

  test('pieces that a crash left behind are put together by the next process', async () => {
    const bench = await createInboundBench();
    await bench.receive(directMessage({ messageId: '1', text: 'one', part: album }));
    await bench.receive(directMessage({ messageId: '2', text: 'two', part: album }));
    const next = await bench.restart();
    expect(await next.inbound.recover()).toBe(2);
    await next.clock.advance(500);
    await next.settled();
    expect(texts(next)).toEqual(['one\ntwo']);
  });
});

test('a word that stops the run does not wait behind what it stops', async () => {
  const held = Promise.withResolvers<void>();
  const bench = await createInboundBench({
    wrap: (deps) => ({
      ...deps,
      agent: {
        submit: async (request) => {
          if (request.text !== '/stop') await held.promise;
          return deps.agent.submit(request);
        },
      },
    }),
  });
  await bench.receive(directMessage({ messageId: '1', text: 'work' }));
  await bench.receive(directMessage({ messageId: '2', text: 'Stop' }));
  while (bench.submitted.length === 0) await new Promise((resume) => setImmediate(resume));
  expect(texts(bench)).toEqual(['/stop']);
  held.resolve();
  await bench.settled();
  expect(texts(bench)).toEqual(['/stop', 'work']);
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

test('a reaction stands before the next turn, a reaction of somebody who may not write nowhere (golden tg-046)', async () => {
  const bench = await createInboundBench({ config: telegramConfig({ dmPolicy: 'allowlist', allowFrom: ['4242'] }) });
  const { conversation, sender } = directMessage();
  const note = { kind: 'note', at: 0, text: 'Telegram reaction added: 👍 by Ann Lee (@ann) on msg 777' } as const;
  await bench.receive({ ...note, eventId: '1', conversation, sender });
  await bench.receive({ ...note, eventId: '2', conversation: { type: 'direct', id: '5' }, sender: { id: '5' } });
  await bench.settled();
  expect(bench.systemEvents).toEqual([{ sessionKey: 'agent:main:main', text: note.text }]);
});

test('the settings of a group move with its id unless the channel may not write the configuration', async () => {
  const groups = { '-100': { requireMention: false } };
  const bench = await createInboundBench({ config: telegramConfig({ groups }) });
  await bench.receive({ kind: 'moved', from: '-100', to: '-200' });
  await bench.settled();
  bench.setConfig(telegramConfig({ groups, configWrites: false }));
  await bench.receive({ kind: 'moved', from: '-100', to: '-300' });
  await bench.settled();
  const path = ['channels', 'telegram', 'groups'];
  expect(bench.edits).toEqual([
    { path: [...path, '-200'], value: { requireMention: false } },
    { path: [...path, '-100'], value: undefined },
  ]);
});

describe('a crash', () => {
  test.each(['accepted', 'routed', 'submitted'] as const)(
    'after a message was %s loses and repeats nothing',
    async (moment) => {
      const bench = await createInboundBench({
        wrap: (deps) => ({
          ...deps,
          ...(moment === 'accepted' && { adapters: { load: () => new Promise(() => undefined) } }),
          ...(moment === 'routed' && { agent: { submit: () => new Promise(() => undefined) } }),
          ...(moment === 'submitted' && {
            agent: {
              submit: async (request) => {
                await deps.agent.submit(request);
                return new Promise(() => undefined);
              },
            },
          }),
        }),
      });
      await bench.receive(groupMessage({ messageId: '1', mention: NAMED }));
      for (;;) {
        const { routed } = await bench.store.channelInbox.depths();
        if (routed === 1 || moment === 'accepted') break;
        await new Promise((resume) => setImmediate(resume));
      }
      const next = await bench.restart();
      expect(await next.inbound.recover()).toBe(1);
      expect(await next.receive(groupMessage({ messageId: '1', mention: NAMED }))).toBe('repeated');
      await next.settled();
      expect(next.submitted.map(({ inbound }) => inbound?.messageId)).toEqual(['1']);
    },
  );
});

test('2,000 messages over 50 conversations reach the agent once each, in order and at their own address', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 49 })), fc.nat(), async (stream, seed) => {
      const bench = await createInboundBench();
      const chats = Array.from({ length: 2_000 }, () => stream.next().value ?? 0);
      const sent = chats.map((chat, n) => {
        const id = String(100_000 + chat);
        return directMessage({
          messageId: String(n),
          text: `message ${n}`,
          sender: { id },
          conversation: { type: 'direct', id },
          replyTo: { to: id },
        });
      });
      for (const [n, message] of sent.entries()) {
        await bench.receive(message);
        // Vendors repeat themselves.
        if ((n + seed) % 7 === 0) await bench.receive(sent[Math.floor(n / 2)] ?? message);
      }
      await bench.settled();
      expect(bench.submitted).toHaveLength(sent.length);
      for (const { origin, text, inbound } of bench.submitted) {
        const message = sent[Number(inbound?.messageId)];
        expect([origin?.to, text]).toEqual([message?.replyTo.to, message?.text]);
      }
      for (const to of new Set(bench.submitted.map(({ origin }) => origin?.to))) {
        const order = bench.submitted.flatMap(({ origin, inbound }) =>
          origin?.to === to ? [Number(inbound?.messageId)] : [],
        );
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }
    }),
    { numRuns: 2 },
  );
});

test('a flood in one conversation is turned away before it fills the memory', async () => {
  const held = Promise.withResolvers<void>();
  const bench = await createInboundBench({
    wrap: (deps) => ({
      ...deps,
      agent: { submit: (request) => held.promise.then(() => deps.agent.submit(request)) },
    }),
  });
  for (let n = 0; n < 700; n += 1) await bench.receive(directMessage({ messageId: String(n) }));
  expect((await bench.store.channelInbox.depths()).received).toBeLessThanOrEqual(500);
  held.resolve();
  await bench.settled();
  expect(bench.submitted).toHaveLength(500);
});

describe('files', () => {
  const image = { kind: 'image', ref: { id: 'x' } } as const;
  const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

  test('are fetched into a private folder, typed by their bytes, and shown to the model (golden tg-036)', async () => {
    const { writeFile, stat, readdir } = await import('node:fs/promises');
    const bench = await createInboundBench({
      connection: {
        async fetchAttachment(_attachment, { path }) {
          await writeFile(path, PNG);
          return { mimeType: 'text/html', fileName: '../file_0.html' };
        },
      },
    });
    await bench.receive(directMessage({ text: 'look', attachments: [image] }));
    await bench.settled();
    const [request] = bench.submitted;
    const [file] = request?.inbound?.media ?? [];
    expect(file?.path).toMatch(/\/media\/inbound\/file_0---[0-9a-f-]{36}\.png$/);
    expect([file?.mimeType, request?.images.map(({ mimeType }) => mimeType)]).toEqual(['image/png', ['image/png']]);
    expect((await stat(file?.path ?? '')).mode & 0o777).toBe(0o600);
    expect(await readdir(`${bench.dir}/media/inbound`)).toHaveLength(1);
  });

  test('that are too large are refused with the limit', async () => {
    const bench = await createInboundBench({
      connection: { fetchAttachment: () => Promise.reject(new ChannelError('refused', 'too large')) },
    });
    await bench.receive(directMessage({ text: 'look', attachments: [image] }));
    await bench.settled();
    expect(bench.submitted).toEqual([]);
    expect(bench.notices.map(({ text }) => text)).toEqual(['⚠️ File too large. Maximum size is 5MB.']);
  });

  test('that cannot be had leave their message (golden tg-039)', async () => {
    const bench = await createInboundBench({
      connection: { fetchAttachment: () => Promise.reject(new ChannelError('unreachable', 'file is too big')) },
    });
    await bench.receive(directMessage({ text: 'big one', attachments: [image] }));
    await bench.settled();
    expect(bench.submitted).toMatchObject([{ text: 'big one', inbound: { media: [] } }]);
  });
});

test('nothing is taken once the process ends', async () => {
  const bench = await createInboundBench();
  await bench.inbound.close();
  await expect(bench.inbound.receive(ACCOUNT, directMessage())).rejects.toThrow(ChannelError);
});
