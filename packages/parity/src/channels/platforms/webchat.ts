import type { ChannelPlatform } from '../platform.ts';

/** An entry's id in a transcript. */
const ENTRY_ID = /^[0-9a-f]{8}$/;

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
    isMessageId: (text) => ENTRY_ID.test(text),
    stop: async () => undefined,
  }),
};
