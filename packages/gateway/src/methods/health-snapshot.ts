import { heartbeatLookup } from '@chela/automation';
import { agentConfigs, agentIds, defaultAgentId } from '@chela/config';
import type { GatewayServices } from '../method.ts';
import { sessionStorePath } from './session-store-path.ts';

const RECENT_SESSIONS = 5;
const MS_PER_SECOND = 1000;

/** A probe of a health look waits so long for a vendor. */
const PROBE_MS = 10_000;

/**
 * Collects the health snapshot (reference protocol/methods.json `health`): channels, agents with their heartbeat and
 * newest sessions. `probe` asks the vendors of the channels too.
 */
export function createHealthCollector(
  services: Pick<GatewayServices, 'config' | 'store' | 'clock' | 'channels'>,
): (probe: boolean) => Promise<Readonly<Record<string, unknown>>> {
  const sessionsOf = async (agentId: string, now: number) => {
    const { total, rows } = await services.store.sessions.list({ agentId, limit: RECENT_SESSIONS });
    const recent = rows.map(({ key, entry }) => ({
      key,
      updatedAt: entry.updatedAt || null,
      age: entry.updatedAt ? now - entry.updatedAt : null,
    }));
    return { path: sessionStorePath(services, agentId), count: total, recent };
  };
  return async (probe) => {
    const startedAt = services.clock.now();
    const config = services.config.current();
    const defaultId = defaultAgentId(config);
    const ids = agentIds(config);
    const entries = agentConfigs(config);
    const heartbeatOf = heartbeatLookup(config);
    const agents = await Promise.all(
      ids.map(async (agentId) => {
        const name = entries.get(agentId)?.name;
        return {
          agentId,
          ...(name !== undefined && { name }),
          isDefault: agentId === defaultId,
          heartbeat: heartbeatOf(agentId),
          sessions: await sessionsOf(agentId, startedAt),
        };
      }),
    );
    const channels = await services.channels()?.health({ probe, timeoutMs: PROBE_MS });
    const everyMs = heartbeatOf(defaultId).everyMs ?? 0;
    return {
      ok: true,
      ts: services.clock.now(),
      durationMs: services.clock.now() - startedAt,
      ...(channels ?? { channels: {}, channelOrder: [], channelLabels: {} }),
      heartbeatSeconds: Math.round(everyMs / MS_PER_SECOND),
      defaultAgentId: defaultId,
      agents,
      sessions: agents.find(({ isDefault }) => isDefault)?.sessions ?? (await sessionsOf(defaultId, startedAt)),
    };
  };
}
