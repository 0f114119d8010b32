import { extname } from 'node:path';
import { createFakeHttp, PNG, type VendorCall } from '@chela/channel-lab';

export interface MediaHost {
  readonly calls: readonly VendorCall[];
  /** Resolves with the port. */
  start(): Promise<number>;
  stop(): Promise<void>;
}

/** Without checksums of its own: a comment that makes the picture as large as that of the recordings, 91 bytes. */
const COMMENT = Buffer.from('0000000974455874436f6d6d656e740078d7f47408', 'hex');
/** Before the last chunk of a picture. */
const PNG_END_BYTES = 12;
const PICTURE = Buffer.concat([PNG.subarray(0, -PNG_END_BYTES), COMMENT, PNG.subarray(-PNG_END_BYTES)]);
const FILES: Readonly<Record<string, { readonly type: string; readonly body: Buffer }>> = {
  '.ogg': {
    type: 'audio/ogg',
    body: Buffer.concat([Buffer.from('OggS'), Buffer.alloc(24), Buffer.from('OpusHead'), Buffer.alloc(28)]),
  },
  '.mp3': { type: 'audio/mpeg', body: Buffer.concat([Buffer.from('ID3'), Buffer.alloc(61)]) },
  '.mp4': { type: 'video/mp4', body: Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42'), Buffer.alloc(52)]) },
  '.pdf': { type: 'application/pdf', body: Buffer.from('%PDF-1.4\n%%EOF\n') },
};

/** A web server with a small file under any name: of the name's kind, else a picture. */
export function createMediaHost(): MediaHost {
  const http = createFakeHttp({
    nameOf: ({ verb, path }) => `${verb} ${path}`,
    answer({ path }) {
      const { type, body } = FILES[extname(path)] ?? { type: 'image/png', body: PICTURE };
      return { headers: { 'content-type': type }, body };
    },
  });
  return {
    get calls() {
      return http.log.calls.map((call) => ({ ...call, params: {} }));
    },
    start: async () => Number(new URL(await http.start()).port),
    stop: http.stop,
  };
}
