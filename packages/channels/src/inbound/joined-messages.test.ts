import { describe, expect, test } from 'vitest';
import { directMessage } from '../testing/fake-adapter.ts';
import { createInboundBench, type InboundBench, telegramConfig } from '../testing/inbound-bench.ts';

const texts = (bench: InboundBench): readonly string[] => bench.submitted.map(({ text }) => text);

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
