import { writeFile } from 'node:fs/promises';
import type { InboundWords, UnderstandInbound } from '@chela/models';
import { describe, expect, test } from 'vitest';
import { directMessage, groupMessage } from '../testing/fake-adapter.ts';
import { createInboundBench, type InboundBenchOptions, telegramConfig } from '../testing/inbound-bench.ts';

const VOICE = { kind: 'voice', ref: { id: 'v' }, mimeType: 'audio/ogg' } as const;
const OGG = Buffer.from('4f67675300020000', 'hex');
const MENTION_GROUPS = telegramConfig({ groups: { '*': { requireMention: true } } });

/** A kernel that hears `said` in every sound, or fails at it. */
async function open(said: string | (() => Promise<InboundWords>), options: InboundBenchOptions = {}) {
  const asked: Parameters<UnderstandInbound>[0][] = [];
  const understand: UnderstandInbound = async (message) => {
    asked.push(message);
    if (typeof said !== 'string') return said();
    if (message.attachments.length === 0) {
      return { body: `${message.text}\n\n${said}`, commandText: message.text, transcript: undefined, understood: [] };
    }
    return {
      body: `[Audio]\nTranscript:\n${said}`,
      commandText: message.text === '' ? said : message.text,
      transcript: said,
      understood: [{ kind: 'audio', text: said, by: 'mock/ears' }],
    };
  };
  let fetched = 0;
  const bench = await createInboundBench({
    connection: {
      async fetchAttachment(_attachment, { path }) {
        fetched += 1;
        await writeFile(path, OGG);
        return { mimeType: 'audio/ogg' };
      },
    },
    wrap: (deps) => ({ ...deps, understand }),
    ...options,
  });
  return { bench, asked, fetched: () => fetched };
}

describe('a voice note', () => {
  test('is read by the model as what was said, and its file is brought once', async () => {
    const { bench, asked, fetched } = await open('bring milk');
    await bench.receive(directMessage({ text: '', attachments: [VOICE] }));
    await bench.settled();
    expect(bench.submitted).toMatchObject([{ text: '[Audio]\nTranscript:\nbring milk', inbound: { media: [] } }]);
    expect(asked).toMatchObject([
      {
        agentId: 'main',
        place: { sessionKey: 'agent:main:main', channel: 'telegram', chatType: 'direct' },
        attachments: [{ kind: 'audio', mimeType: 'audio/ogg' }],
      },
    ]);
    expect(fetched()).toBe(1);
  });

  test('can be a command', async () => {
    const { bench } = await open('/status');
    await bench.receive(directMessage({ text: '', attachments: [VOICE] }));
    await bench.settled();
    expect(bench.submitted).toMatchObject([{ text: '/status' }]);
  });

  test.each([
    ['names us is answered', 'Clawd, what time is it?', 1],
    ['names nobody is not', 'anybody there?', 0],
  ])('in a group that %s', async (_what, said, runs) => {
    const { bench } = await open(said, { config: MENTION_GROUPS });
    await bench.receive(groupMessage({ text: '', attachments: [VOICE] }));
    await bench.settled();
    expect(bench.submitted).toHaveLength(runs);
  });

  test('in a group where nothing said can be for us is not listened to', async () => {
    const nameless = { agents: { list: [{ id: 'main' }] } };
    const { bench, asked } = await open('hello', { config: { ...MENTION_GROUPS, ...nameless } });
    await bench.receive(groupMessage({ text: '', attachments: [VOICE] }));
    await bench.settled();
    expect([bench.submitted, asked]).toEqual([[], []]);
  });

  test('of somebody who may not write is neither fetched nor listened to', async () => {
    const config = telegramConfig({ dmPolicy: 'allowlist', allowFrom: ['1'] });
    const { bench, asked, fetched } = await open('hello', { config });
    await bench.receive(directMessage({ text: '', attachments: [VOICE] }));
    await bench.settled();
    expect([asked, fetched()]).toEqual([[], 0]);
  });

  test('that nobody understands comes as a file', async () => {
    const { bench } = await open(() => Promise.reject(new Error('no ears')));
    await bench.receive(directMessage({ text: '', attachments: [VOICE] }));
    await bench.settled();
    expect(bench.submitted).toMatchObject([
      { text: '<media:audio>', inbound: { media: [{ mimeType: 'audio/ogg', path: expect.stringContaining('.ogg') }] } },
    ]);
  });

  test('that takes for ever is waited for three minutes', async () => {
    const { bench, asked } = await open(() => new Promise(() => undefined));
    await bench.receive(directMessage({ text: '', attachments: [VOICE] }));
    await expect.poll(() => asked.length).toBe(1);
    await bench.clock.advance(180_000);
    await bench.settled();
    expect(bench.submitted).toMatchObject([{ text: '<media:audio>', inbound: { media: [{}] } }]);
  });

  test('that a crash cut off is listened to by the next process', async () => {
    const { bench, asked } = await open(() => new Promise(() => undefined));
    await bench.receive(directMessage({ text: '', attachments: [VOICE] }));
    await expect.poll(() => asked.length).toBe(1);
    const next = await bench.restart({
      wrap: (deps) => ({
        ...deps,
        understand: async ({ text }) => ({ body: 'heard', commandText: text, transcript: 'heard', understood: [] }),
      }),
    });
    await next.inbound.recover();
    await next.settled();
    expect(next.submitted).toMatchObject([{ text: 'heard' }]);
  });
});

test('links of a message are read, and a message without anything to find out is left alone', async () => {
  const { bench, asked } = await open('page of it');
  await bench.receive(directMessage({ messageId: '1', text: 'see https://a.example/x' }));
  await bench.receive(directMessage({ messageId: '2', text: 'thanks' }));
  await bench.settled();
  expect(bench.submitted).toMatchObject([{ text: 'see https://a.example/x\n\npage of it' }, { text: 'thanks' }]);
  expect(asked).toHaveLength(1);
});
