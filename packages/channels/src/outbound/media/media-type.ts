import type { OutboundMedia } from '../../contract/outbound.ts';

/** What a file is, by its first bytes and its name (reference channels/framework.md §16). Pure. */

/** Enough of a file to tell what it is. */
export const SNIFFED_BYTES = 16;
const UNKNOWN = 'application/octet-stream';

const BY_EXTENSION: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  svg: 'image/svg+xml',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  pdf: 'application/pdf',
  zip: 'application/zip',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  json: 'application/json',
  html: 'text/html',
};

const EXTENSION_OF = new Map(Object.entries(BY_EXTENSION).map(([extension, type]) => [type, extension]));

/** Sound that messengers show as a voice message. */
const VOICE_TYPES: ReadonlySet<string> = new Set(['audio/ogg', 'audio/mpeg', 'audio/mp4', 'audio/x-m4a']);

/** The type of a file: what its bytes say, else what its name says, else what the sender said. */
export function mediaType(head: Uint8Array, fileName: string, claimed?: string): string {
  const named = BY_EXTENSION[extensionOf(fileName)];
  const said = claimed?.split(';')[0]?.trim().toLowerCase();
  return sniff(head) ?? named ?? (said === undefined || said === '' ? UNKNOWN : said);
}

/** How a channel shows a file of a type. */
export function mediaKind(
  mimeType: string,
  wish: { readonly asVoice?: boolean; readonly asGif?: boolean } = {},
): OutboundMedia['kind'] {
  if (mimeType === 'image/gif' || (wish.asGif === true && mimeType === 'video/mp4')) return 'gif';
  if (mimeType.startsWith('image/') && mimeType !== 'image/svg+xml') return 'image';
  if (mimeType.startsWith('video/')) return 'video';
  if (mimeType.startsWith('audio/')) return wish.asVoice === true && VOICE_TYPES.has(mimeType) ? 'voice' : 'audio';
  return 'document';
}

/** A name with an extension that fits the type. */
export function mediaFileName(fileName: string, mimeType: string): string {
  const base = fileName === '' ? 'file' : fileName;
  const extension = EXTENSION_OF.get(mimeType);
  return extensionOf(base) !== '' || extension === undefined ? base : `${base}.${extension}`;
}

/** The last part of a path or URL path, without what a file system could take amiss. */
export function fileNameOf(path: string): string {
  const last = path.split(/[\\/]/).at(-1) ?? '';
  return last.replace(/[^\p{L}\p{N}._ -]+/gu, '_').slice(-100);
}

function extensionOf(fileName: string): string {
  return /\.([A-Za-z0-9]{1,5})$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
}

function sniff(head: Uint8Array): string | undefined {
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('\u0089PNG')) return 'image/png';
  if (text.startsWith('\u00ff\u00d8\u00ff')) return 'image/jpeg';
  if (text.startsWith('GIF8')) return 'image/gif';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WAVE') return 'audio/wav';
  if (text.startsWith('OggS')) return 'audio/ogg';
  if (text.startsWith('fLaC')) return 'audio/flac';
  if (text.startsWith('ID3') || /^\u00ff[\u00e2\u00e3\u00f2\u00f3\u00fa\u00fb]/.test(text)) return 'audio/mpeg';
  if (text.startsWith('%PDF')) return 'application/pdf';
  if (text.startsWith('\u001aE\u00df\u00a3')) return 'video/webm';
  if (text.slice(4, 8) !== 'ftyp') return undefined;
  const brand = text.slice(8, 12);
  if (brand.startsWith('M4A')) return 'audio/mp4';
  if (brand.startsWith('qt')) return 'video/quicktime';
  return /^(?:heic|heix|mif1)/.test(brand) ? 'image/heic' : 'video/mp4';
}
