import { invalidRequest } from '@chela/protocol';
import type { MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

/** `channels.status` and `channels.logout` of a gateway without channels: every map is empty, every name unknown. */
export const channelMethods: MethodFamily = ({ clock }) => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'channels.status',
      params: 'ChannelsStatusParams',
      handle: () => ({
        ts: clock.now(),
        channelOrder: [],
        channelLabels: {},
        channelDetailLabels: {},
        channelSystemImages: {},
        channelMeta: [],
        channels: {},
        channelAccounts: {},
        channelDefaultAccountId: {},
      }),
    }),
    row({
      name: 'channels.logout',
      params: 'ChannelsLogoutParams',
      handle() {
        throw invalidRequest('invalid channels.logout channel');
      },
    }),
  ];
};
