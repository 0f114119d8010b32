import { mainSessionKey } from '@chela/agent';
import { defaultAgentId } from '@chela/config';
import { ProtocolError } from '@chela/protocol';
import { injectNote } from '../chat/inject-note.ts';
import type { GatewayServices } from '../method.ts';
import { findSentinel, removeSentinel } from './restart-sentinel.ts';

/** Clients reconnect before they are told (reference config/config.md §9). */
const ANNOUNCE_DELAY_MS = 750;

/**
 * After a start: tells the conversation that asked for the restart, else the main one, the note that was left for it,
 * then removes the note. Returns what calls it off.
 */
export function announceRestart(services: GatewayServices): () => void {
  const { clock, logger } = services;
  return clock.after(ANNOUNCE_DELAY_MS, () => {
    announce(services).catch((error: unknown) => logger.warn('the note of the restart was not delivered', { error }));
  });
}

async function announce(services: GatewayServices): Promise<void> {
  const { stateDir } = services.config.paths;
  const notice = await findSentinel(stateDir);
  if (notice === undefined) return;
  const { message, sessionKey } = notice;
  services.logger.info('the gateway was restarted as asked', { sessionKey });
  if (message !== undefined) await deliver(services, sessionKey, message);
  await removeSentinel(stateDir);
}

/** A conversation that is not there any more hears nothing. */
async function deliver(services: GatewayServices, named: string | undefined, message: string): Promise<void> {
  const config = services.config.current();
  const sessionKey = named ?? mainSessionKey(config, defaultAgentId(config));
  try {
    await injectNote(services, { sessionKey, message });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    services.logger.info('no conversation to tell about the restart', { sessionKey });
  }
}
