import { Refusal } from './refusal.ts';
import type { Update } from './updates.ts';

export interface FakeFile {
  /** As getFile tells it, e.g. `photos/file_0.png`. */
  readonly path: string;
  readonly bytes: Buffer;
}

export interface Files {
  add(fileId: string, file: FakeFile): void;
  /** Files of a message exist without further ado: a small picture, at the path that the vendor would choose. */
  learn(update: Update): void;
  find(fileId: string): FakeFile;
  at(path: string): Buffer | undefined;
}

/** A picture of one pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const PATHS: Readonly<Record<string, string>> = {
  sticker: 'stickers/s.webp',
  video: 'videos/file_0.mp4',
  video_note: 'video_notes/file_0.mp4',
  animation: 'animations/file_0.mp4',
  voice: 'voice/file_0.oga',
  audio: 'music/file_0.mp3',
  document: 'documents/file_0.bin',
};
const PHOTO_PATH = 'photos/file_0.png';
const SIZE_MAX = 20 << 20;

export function createFiles(): Files {
  const known = new Map<string, FakeFile & { size?: number }>();
  const put = (fileId: string, file: FakeFile & { size?: number }): void => {
    if (!known.has(fileId)) known.set(fileId, file);
  };
  return {
    add: (fileId, file) => void known.set(fileId, file),
    learn({ message }) {
      if (typeof message !== 'object' || message === null) return;
      for (const [kind, value] of Object.entries(message)) {
        const path = kind === 'photo' ? PHOTO_PATH : PATHS[kind];
        if (path === undefined) continue;
        for (const entry of Array.isArray(value) ? value : [value]) {
          const { file_id: fileId, file_size: size } = Object(entry);
          if (typeof fileId === 'string') put(fileId, { path, bytes: PNG, ...(typeof size === 'number' && { size }) });
        }
      }
    },
    find(fileId) {
      const file = known.get(fileId);
      if (!file) throw new Refusal(400, 'Bad Request: wrong file_id or the file is temporarily unavailable');
      if ((file.size ?? file.bytes.length) > SIZE_MAX) throw new Refusal(400, 'Bad Request: file is too big');
      return file;
    },
    at: (path) => [...known.values()].find((file) => file.path === path)?.bytes,
  };
}
