import { ADMIN_SCOPE, HEALTH_REFRESH_INTERVAL_MS, invalidRequest, unavailable } from '@chela/protocol';
import type { GatewayServices, MethodFamily } from '../method.ts';
import { mainSessionOf, noteForMainSession } from './main-session-note.ts';
import { isPresenceLine, readPresence } from './presence-line.ts';
import { createRowBuilder } from './row.ts';
import { createStatusReport } from './status-report.ts';

/** How the gateway is: health, status, presence, heartbeats (reference protocol/methods.json). */
export const healthMethods: MethodFamily = (services) => {
  const { loose } = createRowBuilder();
  const report = createStatusReport(services);
  const { broadcast, health, presence, systemEvents } = services;
  const { heartbeats } = services.automation;
  const queuedTexts = (): readonly string[] =>
    systemEvents.list(mainSessionOf(services).sessionKey).map(({ text }) => text);
  return [
    loose({ name: 'health', handle: ({ probe }) => healthSnapshot(services, probe === true) }),
    loose({
      name: 'status',
      handle: (_params, { caller }) => report(queuedTexts(), caller.scopes.includes(ADMIN_SCOPE)),
    }),
    loose({ name: 'system-presence', handle: () => presence.list() }),
    loose({
      name: 'system-event',
      handle(params) {
        const line = typeof params.text === 'string' ? params.text.trim() : '';
        if (line === '') throw invalidRequest('text required');
        const { key, entry } = readPresence(line, params);
        presence.update(key, entry);
        if (!isPresenceLine(line)) noteForMainSession(services, line);
        const stateVersion = { presence: presence.version, health: health.version };
        broadcast.send('presence', { presence: presence.list() }, { dropIfSlow: true, stateVersion });
        return { ok: true };
      },
    }),
    loose({ name: 'last-heartbeat', handle: () => heartbeats.last() ?? null }),
    loose({
      name: 'set-heartbeats',
      handle({ enabled }) {
        if (typeof enabled !== 'boolean') {
          throw invalidRequest('invalid set-heartbeats params: enabled (boolean) required');
        }
        heartbeats.setEnabled(enabled);
        return { ok: true, enabled };
      },
    }),
  ];
};

/** A young snapshot answers at once while a new one is made; a probe or an old snapshot is worth waiting for. */
async function healthSnapshot(services: GatewayServices, probe: boolean): Promise<unknown> {
  const { health, clock, logger } = services;
  const last = health.last();
  const isYoung = typeof last?.ts === 'number' && clock.now() - last.ts < HEALTH_REFRESH_INTERVAL_MS;
  if (!probe && isYoung) {
    health.refreshInTime(false).catch((error: unknown) => logger.warn('the health refresh failed', { error }));
    return last;
  }
  try {
    return await health.refresh(probe);
  } catch (error) {
    throw unavailable(String(error), { cause: error });
  }
}
