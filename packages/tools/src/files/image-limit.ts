import type { ImagePart, TextPart } from '@chela/models';
import type { ImageMime } from './image-kind.ts';

/** Largest image a result may carry (reference agent/tools.md ). */
export interface ImageLimits {
  readonly maxSidePx: number;
  readonly maxBytes: number;
}

export const DEFAULT_IMAGE_LIMITS: ImageLimits = { maxSidePx: 1200, maxBytes: 5 * 1024 * 1024 };

/** The image as a result part, or a note when it is over the limits. */
export async function limitImage(
  image: { readonly data: Buffer; readonly mimeType: ImageMime },
  limits: ImageLimits,
  _signal: AbortSignal,
): Promise<ImagePart | TextPart> {
  if (image.data.byteLength > limits.maxBytes) {
    return {
      type: 'text',
      text: `[Image left out: ${image.data.byteLength} bytes, over the limit of ${limits.maxBytes}.]`,
    };
  }
  return { type: 'image', data: image.data.toString('base64'), mimeType: image.mimeType };
}
