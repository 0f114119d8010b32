/** What the first bytes of a file say about it. Pure. */

interface FileType {
  readonly mimeType: string;
  readonly extension: string;
}

/** Bytes that are looked at. */
export const SNIFF_BYTES = 16;

const MARKS: readonly (FileType & { readonly at: number; readonly mark: string })[] = [
  { mimeType: 'image/png', extension: '.png', at: 0, mark: '\x89PNG\r\n\x1a\n' },
  { mimeType: 'image/jpeg', extension: '.jpg', at: 0, mark: '\xff\xd8\xff' },
  { mimeType: 'image/gif', extension: '.gif', at: 0, mark: 'GIF8' },
  { mimeType: 'image/webp', extension: '.webp', at: 8, mark: 'WEBP' },
  { mimeType: 'image/heic', extension: '.heic', at: 4, mark: 'ftypheic' },
  { mimeType: 'image/avif', extension: '.avif', at: 4, mark: 'ftypavif' },
  { mimeType: 'audio/mp4', extension: '.m4a', at: 4, mark: 'ftypM4A' },
  { mimeType: 'video/quicktime', extension: '.mov', at: 4, mark: 'ftypqt' },
  { mimeType: 'video/mp4', extension: '.mp4', at: 4, mark: 'ftyp' },
  { mimeType: 'video/webm', extension: '.webm', at: 0, mark: '\x1aE\xdf\xa3' },
  { mimeType: 'audio/wav', extension: '.wav', at: 8, mark: 'WAVE' },
  { mimeType: 'audio/ogg', extension: '.ogg', at: 0, mark: 'OggS' },
  { mimeType: 'audio/mpeg', extension: '.mp3', at: 0, mark: 'ID3' },
  { mimeType: 'audio/mpeg', extension: '.mp3', at: 0, mark: '\xff\xfb' },
  { mimeType: 'application/pdf', extension: '.pdf', at: 0, mark: '%PDF' },
];

/** Containers that documents use too: the name says which, the bytes only that it is no picture. */
const ARCHIVE_MARKS = ['PK\x03\x04', '\x1f\x8b', 'Rar!', '7z\xbc\xaf'];

/** The type that the bytes show; else what was claimed, unless it claims a picture, a film or a sound that the bytes are not. */
export function fileType(head: Uint8Array, claimed: string | undefined, fileName: string | undefined): FileType {
  const text = Buffer.from(head.subarray(0, SNIFF_BYTES)).toString('latin1');
  const found = MARKS.find(({ at, mark }) => text.startsWith(mark, at));
  const named = extensionOf(fileName);
  if (found !== undefined) return { mimeType: found.mimeType, extension: found.extension };
  const plain = claimed?.split(';')[0]?.trim().toLowerCase() ?? '';
  const isArchive = ARCHIVE_MARKS.some((mark) => text.startsWith(mark));
  const isBelieved = plain !== '' && !(isArchive && /^(image|video|audio)\//.test(plain));
  return {
    mimeType: isBelieved ? plain : 'application/octet-stream',
    extension: named ?? MARKS.find(({ mimeType }) => mimeType === plain)?.extension ?? '',
  };
}

function extensionOf(fileName: string | undefined): string | undefined {
  return /\.[a-z0-9]{1,8}$/i.exec(fileName?.trim() ?? '')?.[0].toLowerCase();
}
