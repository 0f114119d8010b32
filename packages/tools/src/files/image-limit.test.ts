import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { imageDimensions } from './image-dimensions.ts';
import { sniffImage } from './image-kind.ts';
import { DEFAULT_IMAGE_LIMITS, limitImage } from './image-limit.ts';

const CRC = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const crc = body.reduce((value, byte) => (CRC[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8), 0xffffffff);
  const head = Buffer.alloc(4);
  const tail = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  tail.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return Buffer.concat([head, body, tail]);
}

/** A grey PNG of the given size. */
function greyPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = deflateSync(Buffer.alloc((width + 1) * height, 0));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

const limit = (data: Buffer, limits = DEFAULT_IMAGE_LIMITS) =>
  limitImage({ data, mimeType: 'image/png' }, limits, new AbortController().signal);

describe('image limits', () => {
  it('leave a small image as it is', async () => {
    const data = greyPng(40, 20);
    expect(await limit(data)).toEqual({ type: 'image', data: data.toString('base64'), mimeType: 'image/png' });
  });

  it('make a large image smaller, its shape kept', async () => {
    const part = await limit(greyPng(2400, 600));
    const data = Buffer.from('data' in part ? part.data : '', 'base64');
    expect(sniffImage(data)).toBe('image/jpeg');
    expect(imageDimensions(data, 'image/jpeg')).toEqual({ width: 1200, height: 300 });
  });

  it('leave out a damaged image and one that is far too large, with a note', async () => {
    const broken = greyPng(2400, 600).subarray(0, 60);
    expect(await limit(broken)).toMatchObject({ type: 'text', text: expect.stringContaining('[Image left out:') });
    const huge = greyPng(1, 1);
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    expect(await limit(huge)).toMatchObject({ type: 'text', text: expect.stringContaining('too large') });
  });
});
