import { mainSessionKey } from '@chela/agent';
import type { Announcement, Announcer } from '@chela/automation';
import { injectNote } from '../chat/inject-note.ts';
import type { GatewayServices } from '../method.ts';
import { channelPlace, lastPlace, type PlaceWish } from './channel-place.ts';

const WEB_CHAT = 'webchat';
/** What `last` means to programs where nobody wrote yet (reference agent/automation.md §1.6, as observed). */
const FALLBACK_CHANNEL = 'whatsapp';
/** How long an announcement waits for the vendor's receipt. */
const WAIT_MS = 30_000;

type Wish = Parameters<Announcer['place']>[0];

/**
 * The ways out of this gateway for what nobody asked for just now: the web chat, which is the conversation itself, and
 * the channels. What goes to a channel is a row of its outbox.
 */
export function createAnnouncer(services: () => GatewayServices): Announcer {
  async function lastOf(agentId: string): Promise<Partial<PlaceWish>> {
    const { config, store } = services();
    return lastPlace((await store.sessions.get(mainSessionKey(config.current(), agentId)))?.entry);
  }

  /** Where an announcement goes; the last place fills in what is not said, when it is on the channel that is meant. */
  async function wishOf({ agentId, channel: wish, to, accountId }: Wish): Promise<PlaceWish> {
    const last = await lastOf(agentId);
    const channel = wish === 'last' ? (last.channel ?? FALLBACK_CHANNEL) : wish;
    const rest = last.channel === channel ? last : {};
    const account = accountId === undefined ? {} : { accountId };
    return to === undefined ? { ...rest, channel, ...account } : { channel, to, ...account };
  }

  async function sendTo(wish: PlaceWish, { agentId, text, mediaUrls, key, waitMs = WAIT_MS }: Announcement) {
    const { channels, adapter, place } = channelPlace(services(), wish);
    const { channel, accountId, ...address } = place;
    const end = await channels.send({
      adapter,
      address,
      accountId,
      key,
      text,
      ...(mediaUrls.length > 0 && { mediaUrls }),
      agentId,
      sessionKey: mainSessionKey(services().config.current(), agentId),
      timeoutMs: waitMs,
    });
    if (end.kind === 'waiting' && waitMs > 0)
      services().logger.info(`an announcement waits for ${adapter.facts.label}: ${end.why}`);
    return { channel, to: address.to };
  }

  return {
    async target({ agentId, channel }) {
      if (channel === 'none') return undefined;
      if (channel !== 'last') return channel === WEB_CHAT ? undefined : { channel };
      const { channel: last, to, accountId } = await lastOf(agentId);
      // A channel without a recipient is nobody's: the command line leaves its default channel behind like that.
      return last === undefined || last === WEB_CHAT || to === undefined
        ? undefined
        : { channel: last, to, ...(accountId !== undefined && { accountId }) };
    },
    async place(asked) {
      const wish = await wishOf(asked);
      if (wish.channel === WEB_CHAT) return undefined;
      try {
        return channelPlace(services(), wish).place;
      } catch {
        // Announcing there says why not.
        return undefined;
      }
    },
    async announce(said) {
      const wish = await wishOf(said);
      if (wish.channel !== WEB_CHAT) return sendTo(wish, said);
      const sessionKey = mainSessionKey(services().config.current(), said.agentId);
      const message = [said.text, ...said.mediaUrls].filter(Boolean).join('\n');
      await injectNote(services(), { sessionKey, message }, said.key);
      return { channel: WEB_CHAT };
    },
  };
}
