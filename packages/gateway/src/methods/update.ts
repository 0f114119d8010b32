import type { MethodFamily } from '../method.ts';
import { askForRestart, leaveNote } from './config-restart.ts';
import { createRowBuilder } from './row.ts';

/** Each step of an update, unless the request says otherwise (reference cli/doctor.md §5). */
const STEP_TIMEOUT_MS = 20 * 60_000;

/**
 * `update.run`: updates the installed program, leaves a note for the next start and, when something changed, asks for it
 * (reference protocol/methods.json).
 */
export const updateMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  return [
    row({
      name: 'update.run',
      params: 'UpdateRunParams',
      async handle(params) {
        const result = await services.updater.run({ timeoutMs: params.timeoutMs ?? STEP_TIMEOUT_MS });
        const { status, mode, root, before, after, steps, reason, durationMs } = result;
        const sentinel = await leaveNote(services, params, {
          kind: 'update',
          status,
          stats: {
            mode,
            root,
            before: before ?? null,
            after: after ?? null,
            steps,
            reason: reason ?? null,
            durationMs,
          },
        });
        const restart = status === 'ok' ? askForRestart(services, 'update.run', params.restartDelayMs) : null;
        return { ok: status !== 'error', result, restart, sentinel };
      },
    }),
  ];
};
