import { extname } from 'node:path';
import type { OutboundMedia } from '@chela/channels/adapter';

/** How the vendor takes a file: the method, and the parameter that holds it. */
export interface MediaMethod {
  readonly method: string;
  readonly field: string;
}

const VOICE_TYPES = /^audio\/(ogg|opus|mpeg|mp3|mp4|m4a|x-m4a|aac)\b/;
const VOICE_NAMES = new Set(['.ogg', '.oga', '.opus', '.mp3', '.m4a']);

/** A voice message must be of a kind that the apps play as one; else it is an ordinary audio file. Pure. */
export function mediaMethod({ kind, asVideoNote, mimeType, fileName }: OutboundMedia): MediaMethod {
  switch (kind) {
    case 'image':
      return { method: 'sendPhoto', field: 'photo' };
    case 'gif':
      return { method: 'sendAnimation', field: 'animation' };
    case 'video':
      return asVideoNote ? { method: 'sendVideoNote', field: 'video_note' } : { method: 'sendVideo', field: 'video' };
    case 'voice': {
      const isPlayable = VOICE_TYPES.test(mimeType) || VOICE_NAMES.has(extname(fileName).toLowerCase());
      return isPlayable ? { method: 'sendVoice', field: 'voice' } : { method: 'sendAudio', field: 'audio' };
    }
    case 'audio':
      return { method: 'sendAudio', field: 'audio' };
    case 'document':
      return { method: 'sendDocument', field: 'document' };
  }
}
