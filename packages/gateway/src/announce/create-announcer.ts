import { mainSessionKey } from '@chela/agent';
import type { Announcer } from '@chela/automation';
import { injectNote } from '../chat/inject-note.ts';
import type { GatewayServices } from '../method.ts';
import { text } from '../methods/session-access.ts';

const WEB_CHAT = 'webchat';
/** What `last` means to programs where nobody wrote yet (reference agent/automation.md §1.6, as observed). */
const FALLBACK_CHANNEL = 'whatsapp';

/**
 * The ways out of this gateway: the web chat, which is the conversation itself. Every other channel is refused in the
 * contract's words until its adapter is there.
 */
export function createAnnouncer(services: () => GatewayServices): Announcer {
  async function lastPlace(agentId: string): Promise<{ readonly channel?: string; readonly to?: string }> {
    const { config, store } = services();
    const entry = (await store.sessions.get(mainSessionKey(config.current(), agentId)))?.entry;
    const channel = text(entry?.lastChannel);
    const to = text(entry?.lastTo);
    return { ...(channel !== undefined && { channel }), ...(to !== undefined && { to }) };
  }

  return {
    async target({ agentId, channel }) {
      if (channel === 'none') return undefined;
      if (channel !== 'last') return channel === WEB_CHAT ? undefined : { channel };
      const { channel: last, to } = await lastPlace(agentId);
      // A channel without a recipient is nobody's: the command line leaves its default channel behind like that.
      return last === undefined || last === WEB_CHAT || to === undefined ? undefined : { channel: last, to };
    },
    async announce({ agentId, channel: wish, text: said, mediaUrls }) {
      const channel = wish === 'last' ? ((await lastPlace(agentId)).channel ?? FALLBACK_CHANNEL) : wish;
      if (channel !== WEB_CHAT) throw new Error(`Unsupported channel: ${channel}`);
      const sessionKey = mainSessionKey(services().config.current(), agentId);
      await injectNote(services(), { sessionKey, message: [said, ...mediaUrls].filter(Boolean).join('\n') });
      return { channel };
    },
  };
}
