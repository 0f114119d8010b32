import { join } from 'node:path';
import { removeOldMedia } from './fetch-attachments.ts';
import type { InboundDeps } from './inbound-deps.ts';

const TIDY_MS = 10 * 60 * 1000;
const TIDY_MEDIA_EVERY = 36;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Files of messages are kept as long as somebody may speak of them. */
const MEDIA_RETENTION_MS = 14 * DAY_MS;

/** Removes old rows and old files of messages from time to time. Returns the function that ends it. */
export function keepInboxTidy({
  store,
  config,
  clock,
  logger,
}: Pick<InboundDeps, 'store' | 'config' | 'clock' | 'logger'>): () => void {
  const mediaDir = join(config.paths.stateDir, 'media', 'inbound');
  let rounds = 0;
  let cancel = (): void => {};

  const tidy = async (): Promise<void> => {
    await store.channelInbox.prune();
    if (rounds % TIDY_MEDIA_EVERY === 0) await removeOldMedia(mediaDir, clock.now() - MEDIA_RETENTION_MS);
    rounds += 1;
  };
  const next = (): void => {
    cancel = clock.after(TIDY_MS, () => {
      tidy().catch((error: unknown) => logger.warn('old messages of channels could not be removed', { error }));
      next();
    });
  };
  next();
  return () => cancel();
}
