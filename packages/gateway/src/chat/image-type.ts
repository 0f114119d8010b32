/** Magic numbers of the image formats that models and browsers know; `at` is where the mark begins. */
const IMAGE_MARKS: readonly { readonly mimeType: string; readonly at: number; readonly mark: string }[] = [
  { mimeType: 'image/png', at: 0, mark: '\x89PNG\r\n\x1a\n' },
  { mimeType: 'image/jpeg', at: 0, mark: '\xff\xd8\xff' },
  { mimeType: 'image/gif', at: 0, mark: 'GIF8' },
  { mimeType: 'image/webp', at: 8, mark: 'WEBP' },
  { mimeType: 'image/bmp', at: 0, mark: 'BM' },
  { mimeType: 'image/tiff', at: 0, mark: 'II*\x00' },
  { mimeType: 'image/tiff', at: 0, mark: 'MM\x00*' },
  { mimeType: 'image/avif', at: 4, mark: 'ftypavif' },
  { mimeType: 'image/heic', at: 4, mark: 'ftypheic' },
];

/** Magic numbers of common other files, so that a document is not taken for the image it claims to be. */
const OTHER_MARKS: readonly string[] = [
  '%PDF',
  'PK\x03\x04',
  '\x1f\x8b',
  'ID3',
  'OggS',
  '\x7fELF',
  '<?xml',
  'Rar!',
  '7z\xbc\xaf',
];

/** How many bytes of a file are looked at. */
export const SNIFF_BYTES = 32;

/** What the first bytes of a file say: an image type, some other known kind, or undefined when they say nothing. */
export function sniffFileType(head: Uint8Array): string | 'other' | undefined {
  const text = Buffer.from(head.subarray(0, SNIFF_BYTES)).toString('latin1');
  const image = IMAGE_MARKS.find(({ at, mark }) => text.startsWith(mark, at));
  if (image !== undefined) return image.mimeType;
  return OTHER_MARKS.some((mark) => text.startsWith(mark)) ? 'other' : undefined;
}
