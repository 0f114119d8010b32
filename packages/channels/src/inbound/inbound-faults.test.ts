import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChannelError } from '../contract/channel-error.ts';
import { directMessage, groupMessage, NAMED } from '../testing/fake-adapter.ts';
import { ACCOUNT, createInboundBench } from '../testing/inbound-bench.ts';

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

test('nothing is taken once the process ends', async () => {
  const bench = await createInboundBench();
  await bench.inbound.close();
  await expect(bench.inbound.receive(ACCOUNT, directMessage())).rejects.toThrow(ChannelError);
});
