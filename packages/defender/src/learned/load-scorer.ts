import { createTextScorer, type TextScorer } from './text-score.ts';

/** Loads the weights: 130 KB. To be called when the first text is judged. */
export async function loadTextScorer(): Promise<TextScorer> {
  const { SCALE, VALUES } = await import('./weights.ts');
  const bytes = Buffer.from(VALUES, 'base64');
  return createTextScorer({ values: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), scale: SCALE });
}
