import type { SchemaTypes } from '@chela/protocol';
import type { GatewayServices } from '../method.ts';
import type { ScheduledRestart } from '../restart/restart.ts';
import { leaveSentinel, type RestartSentinel, restartSentinel } from '../restart/restart-sentinel.ts';
import { loadSession } from './session-access.ts';

export interface RestartAnswer {
  readonly restart: ScheduledRestart;
  readonly sentinel: { readonly path: string | null; readonly payload: RestartSentinel };
}

/**
 * What `config.patch` and `config.apply` do after writing: leave the note for the next start, then ask for it. The
 * restart is asked for last, so that even without a delay the answer goes out first.
 */
export async function restartFor(
  services: GatewayServices,
  method: 'config.patch' | 'config.apply',
  params: SchemaTypes['ConfigPatchParams'],
): Promise<RestartAnswer> {
  const { config, clock, logger } = services;
  const sessionKey = params.sessionKey?.trim() || undefined;
  const session = sessionKey === undefined ? undefined : await loadSession(services, sessionKey);
  const payload = restartSentinel({
    method,
    now: clock.now(),
    configPath: config.paths.configPath,
    note: params.note,
    sessionKey,
    entry: session?.entry,
  });
  const path = await leaveSentinel(config.paths.stateDir, payload).catch((error: unknown) => {
    logger.warn('the note for the time after the restart could not be left', { error });
    return null;
  });
  const delay = params.restartDelayMs === undefined ? {} : { delayMs: params.restartDelayMs };
  return { restart: services.restart.schedule({ reason: method, ...delay }), sentinel: { path, payload } };
}
