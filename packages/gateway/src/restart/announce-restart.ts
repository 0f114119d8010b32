import { mainSessionKey, resolveSessionAgentId } from '@chela/agent';
import type { Channels } from '@chela/channels';
import { defaultAgentId } from '@chela/config';
import { ProtocolError } from '@chela/protocol';
import { deliveryPlaceOf } from '@chela/tools';
import { channelPlace, lastPlace, type PlaceFinder, type PlaceWish } from '../announce/channel-place.ts';
import { injectNote } from '../chat/inject-note.ts';
import type { GatewayServices } from '../method.ts';
import { findSentinel, type RestartNotice, removeSentinel } from './restart-sentinel.ts';

/** Clients reconnect before they are told (reference config/config.md §9). */
const ANNOUNCE_DELAY_MS = 750;
/** The outbox keeps what the vendor has not taken by then. */
const SEND_WAIT_MS = 1_000;
const WEB_CHAT = 'webchat';

export interface AnnounceRestartDeps extends Omit<GatewayServices, 'channels'> {
  readonly channels: () => (PlaceFinder & Pick<Channels, 'send'>) | undefined;
}

/**
 * After a start: tells the conversation that asked for the restart, else the main one, the note that was left for it,
 * then removes the note. Returns what calls it off.
 */
export function announceRestart(services: AnnounceRestartDeps): () => void {
  const { clock, logger } = services;
  return clock.after(ANNOUNCE_DELAY_MS, () => {
    announce(services).catch((error: unknown) => logger.warn('the note of the restart was not delivered', { error }));
  });
}

/** A start that ends before the note is removed is followed by one that tells nobody twice. */
async function announce(services: AnnounceRestartDeps): Promise<void> {
  const { stateDir } = services.config.paths;
  const notice = await findSentinel(stateDir);
  if (notice === undefined) return;
  const { sessionKey } = notice;
  services.logger.info('the gateway was restarted as asked', { sessionKey });
  const place = sessionKey === undefined ? undefined : await placeOf(services, sessionKey, notice);
  if (sessionKey !== undefined && place !== undefined) await tellChannel(services, sessionKey, place, notice);
  else await tellSession(services, notice);
  await removeSentinel(stateDir);
}

/** The chat of a session: as it was when the restart was asked for, as it is now, or as its key says. */
async function placeOf(
  services: Pick<GatewayServices, 'store'>,
  sessionKey: string,
  { place }: RestartNotice,
): Promise<PlaceWish | undefined> {
  const entry = (await services.store.sessions.get(sessionKey))?.entry;
  return [place, lastPlace(entry), deliveryPlaceOf(sessionKey)].find(isChannel);
}

const isChannel = (place: Partial<PlaceWish> | undefined): place is PlaceWish =>
  place?.channel !== undefined && place.channel !== WEB_CHAT && place.to !== undefined;

async function tellChannel(
  services: AnnounceRestartDeps,
  sessionKey: string,
  wish: PlaceWish,
  notice: RestartNotice,
): Promise<void> {
  const { headline, message, reason, key } = notice;
  const text = [headline, message, reason && `Reason: ${reason}`].filter(Boolean).join('\n');
  try {
    const { channels, adapter, place } = channelPlace(services, wish);
    const { channel: _, accountId, ...address } = place;
    const agentId = resolveSessionAgentId(sessionKey, services.config.current());
    await channels.send({
      adapter,
      address,
      accountId,
      key,
      text,
      agentId,
      mirrorsTarget: true,
      timeoutMs: SEND_WAIT_MS,
    });
  } catch (error) {
    services.logger.warn('the chat that asked for the restart could not be told', { sessionKey, error });
    await tellSession(services, notice);
  }
}

/** A conversation that is not there any more hears nothing, and neither does one for which nothing was left. */
async function tellSession(
  services: AnnounceRestartDeps,
  { sessionKey: named, message, key }: RestartNotice,
): Promise<void> {
  if (message === undefined) return;
  const config = services.config.current();
  const sessionKey = named ?? mainSessionKey(config, defaultAgentId(config));
  try {
    await injectNote(services, { sessionKey, message }, key);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    services.logger.info('no conversation to tell about the restart', { sessionKey });
  }
}
