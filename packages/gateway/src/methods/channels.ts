import { invalidRequest, ProtocolError, unavailable } from '@chela/protocol';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

const PROBE_DEFAULT_MS = 10_000;
const PROBE_MIN_MS = 1_000;

/** `channels.status` and `channels.logout` (reference channels/framework.md §19). Without channels every map is empty. */
export const channelMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'channels.status',
      params: 'ChannelsStatusParams',
      handle({ probe = false, timeoutMs = PROBE_DEFAULT_MS }) {
        const channels = services.channels();
        return channels?.status({ probe, timeoutMs: Math.max(PROBE_MIN_MS, timeoutMs) }) ?? emptyStatus(services);
      },
    }),
    row({
      name: 'channels.logout',
      params: 'ChannelsLogoutParams',
      handle: ({ channel, accountId }) => logout(services, channel, accountId?.trim() || undefined),
    }),
  ];
};

function emptyStatus({ clock }: GatewayServices) {
  return {
    ts: clock.now(),
    channelOrder: [],
    channelLabels: {},
    channelDetailLabels: {},
    channelSystemImages: {},
    channelMeta: [],
    channels: {},
    channelAccounts: {},
    channelDefaultAccountId: {},
  };
}

/** Stops the account, has the adapter forget its login and takes the credential out of the configuration. */
async function logout(services: GatewayServices, name: string, accountId: string | undefined): Promise<unknown> {
  const channels = services.channels();
  const adapter = channels?.find(name);
  if (channels === undefined || adapter === undefined) throw invalidRequest('invalid channels.logout channel');
  const channel = adapter.facts.id;
  if (!services.config.snapshot().valid) throw invalidRequest('config invalid; fix it before logging out');
  const account = { channel, accountId: accountId ?? channels.defaultAccount(channel) };
  try {
    const done = await channels.logout(account);
    if (done === undefined) throw invalidRequest(`channel ${channel} does not support logout`);
    const { removePaths, ...result } = done;
    if (removePaths.length > 0) {
      await services.editor.edit(removePaths.map((path) => ({ path, value: undefined })));
      await services.config.reload();
    }
    return { channel, ...result };
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    throw unavailable(String(error));
  }
}
