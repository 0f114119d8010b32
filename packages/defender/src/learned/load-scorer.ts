import { promisify } from 'node:util';
import { createTextScorer, type TextScorer } from './text-score.ts';

/** Loads the weights: 150 KB in the file, 256 KB in memory. To be called when the first text is judged. */
export async function loadTextScorer(): Promise<TextScorer> {
  const [{ SCALE, VALUES }, { gunzip }] = await Promise.all([import('./weights.ts'), import('node:zlib')]);
  const bytes = await promisify(gunzip)(Buffer.from(VALUES, 'base64'));
  return createTextScorer({ values: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), scale: SCALE });
}
