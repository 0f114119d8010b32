import type { Broadcast } from './broadcast.ts';
import type { HealthMonitor } from './health-monitor.ts';
import type { Presence } from './presence.ts';

type Snapshot = Readonly<Record<string, unknown>>;

/**
 * Keeps the last health snapshot. Refreshes of the same kind that overlap share one collection, so that a crowd of
 * reconnecting clients costs one look, not one each.
 */
export function createHealthMonitor(deps: {
  /** Looks at everything; `probe` asks channels too. */
  readonly collect: (probe: boolean) => Promise<Snapshot>;
  readonly broadcast: Broadcast;
  readonly presence: Presence;
}): HealthMonitor {
  let last: Snapshot | undefined;
  let version = 1;
  const running = new Map<boolean, Promise<Snapshot>>();

  async function collect(probe: boolean): Promise<Snapshot> {
    const snapshot = await deps.collect(probe);
    last = snapshot;
    version += 1;
    deps.broadcast.send('health', snapshot, { stateVersion: { presence: deps.presence.version, health: version } });
    return snapshot;
  }

  return {
    last: () => last,
    get version() {
      return version;
    },
    refresh(probe) {
      const shared = running.get(probe);
      if (shared) return shared;
      const refresh = collect(probe).finally(() => running.delete(probe));
      running.set(probe, refresh);
      return refresh;
    },
  };
}
