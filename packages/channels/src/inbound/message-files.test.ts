import { describe, expect, test } from 'vitest';
import { ChannelError } from '../contract/channel-error.ts';
import { directMessage } from '../testing/fake-adapter.ts';
import { createInboundBench } from '../testing/inbound-bench.ts';

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
