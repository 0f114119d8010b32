import type { Clock } from '@chela/observability';
import type { Broadcast } from './broadcast.ts';
import type { HealthMonitor } from './health-monitor.ts';
import type { Presence } from './presence.ts';

type Snapshot = Readonly<Record<string, unknown>>;

/** Looks that nobody waits for may take one part in so many of the time. */
const REST_PER_LOOK = 20;

/**
 * Keeps the last health snapshot. Refreshes of the same kind that overlap share one collection, and those that nobody
 * waits for keep a pause that grows with what a look costs: a crowd of reconnecting clients costs a few looks at a big
 * state, not one each.
 */
export function createHealthMonitor(deps: {
  /** Looks at everything; `probe` asks channels too. */
  readonly collect: (probe: boolean) => Promise<Snapshot>;
  readonly broadcast: Broadcast;
  readonly presence: Presence;
  readonly clock: Clock;
}): HealthMonitor {
  const { clock } = deps;
  let last: Snapshot | undefined;
  let version = 1;
  let restUntilMs = 0;
  const running = new Map<boolean, Promise<Snapshot>>();
  const waiting = new Map<boolean, Promise<Snapshot>>();

  async function collect(probe: boolean): Promise<Snapshot> {
    const startedAtMs = clock.now();
    const snapshot = await deps.collect(probe);
    last = snapshot;
    version += 1;
    deps.broadcast.send('health', snapshot, { stateVersion: { presence: deps.presence.version, health: version } });
    const endedAtMs = clock.now();
    restUntilMs = endedAtMs + REST_PER_LOOK * (endedAtMs - startedAtMs);
    return snapshot;
  }

  /** The refresh of the kind that is under way, else one that `start` begins. */
  function shared(pool: Map<boolean, Promise<Snapshot>>, probe: boolean, start: () => Promise<Snapshot>) {
    const found = pool.get(probe);
    if (found) return found;
    const refresh = start().finally(() => pool.delete(probe));
    pool.set(probe, refresh);
    return refresh;
  }

  const refresh = (probe: boolean): Promise<Snapshot> => shared(running, probe, () => collect(probe));

  return {
    last: () => last,
    get version() {
      return version;
    },
    refresh,
    refreshInTime(probe) {
      const restMs = restUntilMs - clock.now();
      if (restMs <= 0) return refresh(probe);
      return shared(waiting, probe, () =>
        new Promise<void>((resolve) => clock.after(restMs, resolve)).then(() => refresh(probe)),
      );
    },
  };
}
