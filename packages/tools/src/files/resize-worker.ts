import { parentPort, workerData } from 'node:worker_threads';
import { PhotonImage, resize, SamplingFilter } from '@silvia-odwyer/photon-node';

/**
 * Worker: makes one image small enough. It gets `{data, maxSidePx, maxBytes}` and answers with JPEG bytes, or null when
 * no size and quality is small enough. Decoding takes long, so it never happens on the gateway's thread.
 */

const SIDES_PX = [1800, 1600, 1400, 1200, 1000, 800] as const;
const QUALITIES = [85, 75, 65, 55, 45, 35] as const;

interface Job {
  readonly data: Uint8Array;
  readonly maxSidePx: number;
  readonly maxBytes: number;
}

function readJob(value: unknown): Job {
  if (typeof value === 'object' && value !== null && 'data' in value && 'maxSidePx' in value && 'maxBytes' in value) {
    const { data, maxSidePx, maxBytes } = value;
    if (data instanceof Uint8Array && typeof maxSidePx === 'number' && typeof maxBytes === 'number') {
      return { data, maxSidePx, maxBytes };
    }
  }
  throw new Error('not a resize job');
}

function fitted(image: PhotonImage, sidePx: number): PhotonImage {
  const scale = Math.min(1, sidePx / Math.max(image.get_width(), image.get_height()));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return resize(image, side(image.get_width()), side(image.get_height()), SamplingFilter.Lanczos3);
}

function shrink({ data, maxSidePx, maxBytes }: Job): Uint8Array | null {
  const image = PhotonImage.new_from_byteslice(data);
  const sides = [maxSidePx, ...SIDES_PX.filter((side) => side < maxSidePx)];
  for (const side of sides) {
    const smaller = fitted(image, side);
    for (const quality of QUALITIES) {
      const bytes = smaller.get_bytes_jpeg(quality);
      if (bytes.byteLength <= maxBytes) return bytes;
    }
    smaller.free();
  }
  return null;
}

parentPort?.postMessage(shrink(readJob(workerData)));
