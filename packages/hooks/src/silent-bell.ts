import type { HookBell } from './hook-event.ts';

/** For places without hooks. */
export const silentBell: HookBell = {
  hears: () => false,
  ring: async ({ context }) => ({ messages: [], context }),
  tell: () => {},
};
