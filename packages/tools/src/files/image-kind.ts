/** Image formats models accept, told by the first bytes of the data rather than by the file's name. */
export type ImageMime = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

/** The image format of `data`, or undefined when it is none of the four (reference agent/tools.md ). */
export function sniffImage(data: Uint8Array): ImageMime | undefined {
  const latin = Buffer.from(data.subarray(0, 12)).toString('latin1');
  if (latin.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (latin.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (latin.startsWith('GIF87a') || latin.startsWith('GIF89a')) return 'image/gif';
  if (latin.startsWith('RIFF') && latin.slice(8, 12) === 'WEBP') return 'image/webp';
  return undefined;
}
