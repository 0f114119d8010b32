import type { Cron, HeartbeatAsk } from '@chela/automation';
import type { GatewayServices } from '../../method.ts';

/** A scheduler without jobs, heartbeats that are only noted in `asks`, and announcements that no channel takes. */
export function standInAutomation(parts: {
  readonly asks: HeartbeatAsk[];
}): Pick<GatewayServices, 'automation' | 'announcer'> {
  const unused = async (): Promise<never> => {
    throw new Error('not part of these tests');
  };
  const cron: Cron = {
    status: async () => ({ enabled: true, storePath: 'jobs.json', jobs: 0, nextWakeAtMs: null }),
    list: async () => [],
    add: unused,
    update: unused,
    remove: async () => ({ ok: true, removed: false }),
    run: unused,
    runs: async () => [],
    subscribe: () => () => {},
    start: () => {},
    stop: () => {},
    ended: async () => {},
  };
  return {
    automation: {
      cron,
      heartbeats: {
        wake: (ask) => void parts.asks.push(ask),
        alert: async () => {},
        runOnce: async () => ({ status: 'skipped', reason: 'disabled' }),
        setEnabled: () => {},
        last: () => undefined,
        subscribe: () => () => {},
        start: () => {},
        stop: () => {},
        ended: async () => {},
      },
      start: () => {},
      close: async () => {},
    },
    announcer: {
      target: async () => undefined,
      place: async () => undefined,
      announce: async ({ channel }) => {
        throw new Error(`Unsupported channel: ${channel}`);
      },
    },
  };
}
