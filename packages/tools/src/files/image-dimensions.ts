import type { ImageMime } from './image-kind.ts';

export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

function png(data: Buffer): Dimensions | undefined {
  return data.length < 24 ? undefined : { width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
}

function gif(data: Buffer): Dimensions | undefined {
  return data.length < 10 ? undefined : { width: data.readUInt16LE(6), height: data.readUInt16LE(8) };
}

/** Walks the segments of a JPEG to its frame header. */
function jpeg(data: Buffer): Dimensions | undefined {
  let at = 2;
  while (at + 9 < data.length) {
    if (data[at] !== 0xff) return undefined;
    const marker = data[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: data.readUInt16BE(at + 7), height: data.readUInt16BE(at + 5) };
    at += 2 + data.readUInt16BE(at + 2);
  }
  return undefined;
}

function webp(data: Buffer): Dimensions | undefined {
  if (data.length < 30) return undefined;
  const kind = data.toString('latin1', 12, 16);
  if (kind === 'VP8X') return { width: data.readUIntLE(24, 3) + 1, height: data.readUIntLE(27, 3) + 1 };
  if (kind === 'VP8 ') return { width: data.readUInt16LE(26) & 0x3fff, height: data.readUInt16LE(28) & 0x3fff };
  if (kind !== 'VP8L') return undefined;
  const bits = data.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
}

const READERS: Readonly<Record<ImageMime, (data: Buffer) => Dimensions | undefined>> = {
  'image/png': png,
  'image/gif': gif,
  'image/jpeg': jpeg,
  'image/webp': webp,
};

/** Width and height of an image from its header, in pixels; undefined when the header is broken. */
export function imageDimensions(data: Buffer, mimeType: ImageMime): Dimensions | undefined {
  const found = READERS[mimeType](data);
  return found !== undefined && found.width > 0 && found.height > 0 ? found : undefined;
}
