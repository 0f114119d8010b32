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

describe('a sticker', () => {
  const STICKER = { kind: 'sticker', ref: { fileId: 'f', uniqueId: 'u' } } as const;
  const CAT = { text: '', attachments: [STICKER], note: '[Sticker 😀 from "CatSet"]' };
  const WEBP = Buffer.from('524946460000000057454250', 'hex');

  async function openWith(options: {
    readonly sees: boolean;
    readonly look: () => readonly string[];
    readonly keep?: () => Promise<void>;
  }) {
    const known = new Map<unknown, string>();
    const asked: Parameters<UnderstandInbound>[0][] = [];
    const bench = await createInboundBench({
      connection: {
        async fetchAttachment(_attachment, { path }) {
          await writeFile(path, WEBP);
          return { fileName: 's.webp' };
        },
        fileWords: {
          find: async ({ ref }) => known.get(ref.uniqueId),
          keep: options.keep ?? (async ({ ref }, words) => void known.set(ref.uniqueId, words)),
        },
      },
      wrap: (deps) => ({
        ...deps,
        seesImages: async () => options.sees,
        understand: async (message) => {
          asked.push(message);
          const understood = options.look().map((text) => ({ kind: 'image' as const, text, by: 'mock/eyes' }));
          return { body: '', commandText: '', transcript: undefined, understood };
        },
      }),
    });
    return { bench, asked };
  }

  test('is described once for a model that cannot see', async () => {
    const { bench, asked } = await openWith({ sees: false, look: () => ['A cat that laughs.'] });
    await bench.receive(directMessage({ ...CAT, messageId: '1' }));
    await bench.settled();
    await bench.receive(directMessage({ ...CAT, messageId: '2' }));
    await bench.settled();
    const read = { text: '[Sticker 😀 from "CatSet"] A cat that laughs.', images: [], inbound: { media: [] } };
    expect(bench.submitted).toMatchObject([read, read]);
    expect(asked).toMatchObject([{ agentId: 'main', kinds: ['image'], attachments: [{ mimeType: 'image/webp' }] }]);
  });

  test('is shown to a model that sees', async () => {
    const { bench, asked } = await openWith({ sees: true, look: () => ['A cat.'] });
    await bench.receive(directMessage(CAT));
    await bench.settled();
    expect(bench.submitted).toMatchObject([{ text: '<media:sticker>', images: [{}], inbound: { media: [{}] } }]);
    expect(asked).toEqual([]);
  });

  test.each([
    ['nobody can look at', () => []],
    [
      'the model fails at',
      () => {
        throw new Error('the provider is down');
      },
    ],
  ])('that %s comes as a picture with its note', async (_name, look: () => readonly string[]) => {
    const { bench } = await openWith({ sees: false, look });
    await bench.receive(directMessage(CAT));
    await bench.settled();
    expect(bench.submitted).toMatchObject([{ images: [{}], inbound: { note: CAT.note, media: [{}] } }]);
  });

  test('is read although its words could not be kept', async () => {
    const keep = () => Promise.reject(new Error('the disk is full'));
    const { bench } = await openWith({ sees: false, look: () => ['A cat.'], keep });
    await bench.receive(directMessage(CAT));
    await bench.settled();
    expect(bench.submitted).toMatchObject([{ text: '[Sticker 😀 from "CatSet"] A cat.' }]);
  });
});
