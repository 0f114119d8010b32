import { CronRequestError, jobChangeParams, newJobParams, readJobChange, readNewJob } from '@chela/automation';
import { invalidRequest } from '@chela/protocol';
import type { MethodFamily } from '../method.ts';
import { mainSessionOf, noteForMainSession } from './main-session-note.ts';
import { createRowBuilder } from './row.ts';

const RUNS_LIMIT = 200;

/** Scheduled jobs, and `wake` (reference protocol/methods.json). */
export const cronMethods: MethodFamily = (services) => {
  const { row } = createRowBuilder();
  const { cron, heartbeats } = services.automation;
  return [
    row({
      name: 'cron.list',
      params: 'CronListParams',
      handle: async ({ includeDisabled }) => ({ jobs: await cron.list({ includeDisabled: includeDisabled === true }) }),
    }),
    row({ name: 'cron.status', params: 'CronStatusParams', handle: () => cron.status() }),
    {
      ...row({
        name: 'cron.add',
        params: 'CronAddParams',
        handle: (params) => cron.add(requested(() => readNewJob(params, services.clock.now()))),
      }),
      normalise: newJobParams,
    },
    {
      ...row({
        name: 'cron.update',
        params: 'CronUpdateParams',
        handle(params) {
          const { id, patch } = requested(() => readJobChange(params, services.clock.now()));
          return cron.update(id, patch);
        },
      }),
      normalise: jobChangeParams,
    },
    row({ name: 'cron.remove', params: 'CronRemoveParams', handle: (params) => cron.remove(idOf(params)) }),
    row({
      name: 'cron.run',
      params: 'CronRunParams',
      handle: (params) => cron.run(idOf(params), params.mode ?? 'force'),
    }),
    row({
      name: 'cron.runs',
      params: 'CronRunsParams',
      handle: async (params) => ({ entries: await cron.runs(idOf(params), params.limit ?? RUNS_LIMIT) }),
    }),
    row({
      name: 'wake',
      params: 'WakeParams',
      handle({ text, mode }) {
        const note = text.trim();
        if (note === '') return { ok: false };
        noteForMainSession(services, note);
        if (mode === 'now') heartbeats.wake({ reason: 'wake', ...mainSessionOf(services) });
        return { ok: true };
      },
    }),
  ];
};

const idOf = (params: { readonly id: string } | { readonly jobId: string }): string =>
  'id' in params ? params.id : params.jobId;

/** What a caller did wrong is told as such; everything else is the scheduler's. */
function requested<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof CronRequestError ? invalidRequest(error.message) : error;
  }
}
