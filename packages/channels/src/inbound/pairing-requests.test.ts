import { describe, expect, test } from 'vitest';
import type { InboundMessage } from '../contract/inbound.ts';
import { directMessage, groupMessage, NAMED } from '../testing/fake-adapter.ts';
import { createInboundBench, telegramConfig } from '../testing/inbound-bench.ts';

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
