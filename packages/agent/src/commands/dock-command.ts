import type { Config } from '@chela/config';
import { isRecord } from '../messages/content-parts.ts';
import type { CommandHandler } from './command.ts';

/** `/dock-<channel>`: answers of the session go to the same person on another channel from now on. */
export function dockTo(channel: string): CommandHandler {
  return ({ config, sender }) => {
    if (!isConfigured(config, channel))
      return { text: `⚠️ The channel ${channel} is not set up (channels.${channel}).` };
    const to = linkedId(config, channel, sender);
    if (to === undefined) {
      return {
        text: `⚠️ No id of yours on ${channel} is known. Link your ids in session.identityLinks, as in ["${sender.channel}:${sender.id}", "${channel}:<id>"].`,
      };
    }
    return {
      text: `⚓ Answers go to ${channel} from now on.`,
      change: ({ lastAccountId: _account, lastThreadId: _thread, ...entry }) => ({
        ...entry,
        lastChannel: channel,
        lastTo: to,
        deliveryContext: { channel, to },
      }),
    };
  };
}

function isConfigured(config: Config, channel: string): boolean {
  const { channels } = config;
  return isRecord(channels) && isRecord(channels[channel]) && channels[channel].enabled !== false;
}

/** The sender's id on the channel: the link group that has the sender in it tells (reference agent/sessions.md §1.3). */
function linkedId(
  config: Config,
  channel: string,
  sender: { readonly channel: string; readonly id: string },
): string | undefined {
  const links = config.session?.identityLinks;
  if (!isRecord(links)) return undefined;
  const own = `${sender.channel}:${sender.id}`.toLowerCase();
  const group = Object.values(links).find(
    (ids) => Array.isArray(ids) && ids.some((id) => String(id).toLowerCase() === own),
  );
  const ids = Array.isArray(group) ? group.map(String) : [];
  const prefix = `${channel}:`;
  return ids.find((id) => id.toLowerCase().startsWith(prefix))?.slice(prefix.length);
}
