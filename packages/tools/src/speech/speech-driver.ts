import type { SpeechSettings } from './speech-settings.ts';

/** What one provider made of a text. */
export interface SpokenAudio {
  readonly bytes: Uint8Array;
  /** The provider's name of the format, e.g. `mp3_44100_128`. */
  readonly outputFormat: string;
  /** With the dot. */
  readonly extension: string;
  /** Whether a chat app can show it as a voice note. */
  readonly voiceCompatible: boolean;
}

export interface SpeechRequest {
  readonly text: string;
  readonly settings: SpeechSettings;
  /** The audio goes to an app with voice notes, which want Opus. */
  readonly asVoiceNote: boolean;
}

/**
 * Asks one provider to speak. Throws with a sentence that may be shown when it cannot; a request that takes too long is
 * ended by the signal.
 */
export type SpeechDriver = (request: SpeechRequest, signal: AbortSignal) => Promise<SpokenAudio>;

/** A text of 4 096 characters is about six minutes; at the best of the configurable formats that is under 40 MB. */
export const AUDIO_LIMIT_BYTES = 64 * 1024 * 1024;

/** Reads an audio answer, up to the limit. */
export async function audioOf(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > AUDIO_LIMIT_BYTES) throw new Error('the audio is too large');
    chunks.push(chunk);
  }
  if (size === 0) throw new Error('the answer holds no audio');
  return Buffer.concat(chunks);
}
