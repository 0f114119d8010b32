import type { ChannelPlatform } from '../platform.ts';

/** The gateway's own chat: no vendor, only requests and events. */
export const webchatPlatform: ChannelPlatform = {
  channel: 'webchat',
  start: async () => ({
    env: {},
    calls: () => [],
    isOfStart: () => false,
    fail: () => undefined,
    connected: async () => undefined,
    push: async () => {
      throw new Error('webchat has no vendor that pushes');
    },
    view: ({ method, params }) => ({ method, params: { ...params } }),
    isMessageId: () => false,
    stop: async () => undefined,
  }),
};
