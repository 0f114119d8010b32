import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Logger } from '@chela/observability';
import type { InboundMedia } from './inbound-context.ts';

/** A longer recording is left for tools. */
const SOUND_MAX_BYTES = 25 * 1024 * 1024;

/** The voice notes of a message, for whoever writes down what is said in them. One that is gone or too long is left out. */
export async function readSounds(deps: { readonly logger: Logger }, sounds: readonly InboundMedia[]) {
  const read = sounds.map(async ({ path, mimeType }) => {
    try {
      if ((await stat(path)).size > SOUND_MAX_BYTES) return [];
      return [{ data: await readFile(path), mimeType, fileName: basename(path) }];
    } catch (error) {
      deps.logger.warn('a voice note could not be read', { error });
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}
