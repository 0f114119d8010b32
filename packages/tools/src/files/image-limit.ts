import type { ImagePart, TextPart } from '@chela/models';
import { imageDimensions } from './image-dimensions.ts';
import type { ImageMime } from './image-kind.ts';

/** Largest image a result may carry (reference agent/tools.md ). */
export interface ImageLimits {
  readonly maxSidePx: number;
  readonly maxBytes: number;
}

export const DEFAULT_IMAGE_LIMITS: ImageLimits = { maxSidePx: 1200, maxBytes: 5 * 1024 * 1024 };

/** Decoding more would take more memory than one image is worth. */
const PIXELS_MAX = 50_000_000;

function note(reason: string): TextPart {
  return { type: 'text', text: `[Image left out: ${reason}.]` };
}

/** The image as a result part: as it is, made smaller when it is over a limit, or a note when that cannot be done. */
export async function limitImage(
  image: { readonly data: Buffer; readonly mimeType: ImageMime },
  limits: ImageLimits,
  signal: AbortSignal,
): Promise<ImagePart | TextPart> {
  const { data, mimeType } = image;
  const size = imageDimensions(data, mimeType);
  if (size === undefined) return note('it is empty or damaged');
  const fits = Math.max(size.width, size.height) <= limits.maxSidePx && data.byteLength <= limits.maxBytes;
  if (fits) return { type: 'image', data: data.toString('base64'), mimeType };
  const shape = `${size.width}x${size.height} pixels, ${data.byteLength} bytes`;
  if (size.width * size.height > PIXELS_MAX) return note(`it is too large (${shape})`);
  const { resizeImage } = await import('./resize-image.ts');
  const smaller = await resizeImage(data, limits, signal);
  if (smaller === undefined) return note(`it could not be made smaller (${shape})`);
  return { type: 'image', data: smaller.toString('base64'), mimeType: 'image/jpeg' };
}
