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
  const sentinel = await leaveNote(services, params, {
    kind: method === 'config.patch' ? 'config-patch' : 'config-apply',
    status: 'ok',
    stats: { mode: method, root: services.config.paths.configPath },
  });
  return { restart: askForRestart(services, method, params.restartDelayMs), sentinel };
}

/** Leaves the note for the next start; one that cannot be left does not stop the restart. */
export async function leaveNote(
  services: GatewayServices,
  params: { readonly note?: string; readonly sessionKey?: string },
  facts: Pick<RestartSentinel, 'kind' | 'status' | 'stats'>,
): Promise<RestartAnswer['sentinel']> {
  const { config, clock, logger } = services;
  const sessionKey = params.sessionKey?.trim() || undefined;
  const session = sessionKey === undefined ? undefined : await loadSession(services, sessionKey);
  const payload = restartSentinel({
    ...facts,
    now: clock.now(),
    note: params.note,
    sessionKey,
    entry: session?.entry,
  });
  const path = await leaveSentinel(config.paths.stateDir, payload).catch((error: unknown) => {
    logger.warn('the note for the time after the restart could not be left', { error });
    return null;
  });
  return { path, payload };
}

export function askForRestart(
  { restart }: GatewayServices,
  reason: string,
  delayMs: number | undefined,
): ScheduledRestart {
  return restart.schedule({ reason, ...(delayMs !== undefined && { delayMs }) });
}
