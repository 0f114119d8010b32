import { mainSessionKey } from '@chela/agent';
import type { Announcement, Announcer } from '@chela/automation';
import type { ChannelAdapter, Channels } from '@chela/channels';
import { injectNote } from '../chat/inject-note.ts';
import type { GatewayServices } from '../method.ts';
import { text } from '../methods/session-access.ts';

const WEB_CHAT = 'webchat';
/** What `last` means to programs where nobody wrote yet (reference agent/automation.md §1.6, as observed). */
const FALLBACK_CHANNEL = 'whatsapp';
/** How long an announcement waits for the vendor's receipt. */
const WAIT_MS = 30_000;

/** Where a person wrote to an agent last. */
interface LastPlace {
  readonly channel?: string;
  readonly to?: string;
  readonly accountId?: string;
  readonly threadId?: string;
}

/**
 * The ways out of this gateway for what nobody asked for just now: the web chat, which is the conversation itself, and
 * the channels. What goes to a channel is a row of its outbox.
 */
export function createAnnouncer(services: () => GatewayServices): Announcer {
  async function lastPlace(agentId: string): Promise<LastPlace> {
    const { config, store } = services();
    const entry = (await store.sessions.get(mainSessionKey(config.current(), agentId)))?.entry;
    const place = {
      channel: text(entry?.lastChannel),
      to: text(entry?.lastTo),
      accountId: text(entry?.lastAccountId),
      threadId: text(entry?.lastThreadId),
    };
    return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
  }

  /** Where an announcement goes; the last place fills in what is not said, when it is on the channel that is meant. */
  async function placeOf({ agentId, channel: wish, to, accountId }: Announcement) {
    const last = await lastPlace(agentId);
    const channel = wish === 'last' ? (last.channel ?? FALLBACK_CHANNEL) : wish;
    const { channel: _, ...rest } = last.channel === channel ? last : {};
    return { channel, ...(to === undefined ? rest : { to }), ...(accountId !== undefined && { accountId }) };
  }

  async function sendTo(channels: Channels, adapter: ChannelAdapter, place: LastPlace, said: Announcement) {
    const { label, id } = adapter.facts;
    const address = place.to === undefined ? undefined : adapter.targets.read(place.to);
    if (address === undefined) throw new Error(`Delivering to ${label} requires target ${adapter.targets.hint}`);
    const { agentId, text: message, mediaUrls } = said;
    const config = services().config.current();
    const end = await channels.send({
      adapter,
      address: place.threadId === undefined ? address : { ...address, threadId: place.threadId },
      ...(place.accountId !== undefined && { accountId: place.accountId }),
      key: `announce:${crypto.randomUUID()}`,
      text: message,
      ...(mediaUrls.length > 0 && { mediaUrls }),
      agentId,
      sessionKey: mainSessionKey(config, agentId),
      timeoutMs: WAIT_MS,
    });
    if (end.kind === 'waiting') services().logger.info(`an announcement waits for ${label}: ${end.why}`);
    return { channel: id, to: address.to };
  }

  return {
    async target({ agentId, channel }) {
      if (channel === 'none') return undefined;
      if (channel !== 'last') return channel === WEB_CHAT ? undefined : { channel };
      const { channel: last, to } = await lastPlace(agentId);
      // A channel without a recipient is nobody's: the command line leaves its default channel behind like that.
      return last === undefined || last === WEB_CHAT || to === undefined ? undefined : { channel: last, to };
    },
    async announce(said) {
      const place = await placeOf(said);
      const { channel } = place;
      if (channel === WEB_CHAT) {
        const sessionKey = mainSessionKey(services().config.current(), said.agentId);
        await injectNote(services(), {
          sessionKey,
          message: [said.text, ...said.mediaUrls].filter(Boolean).join('\n'),
        });
        return { channel };
      }
      const channels = services().channels();
      const adapter = channels?.find(channel);
      if (channels === undefined || adapter === undefined) throw new Error(`Unsupported channel: ${channel}`);
      return sendTo(channels, adapter, place, said);
    },
  };
}
