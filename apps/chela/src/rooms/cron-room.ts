import type { InnerCalls } from '@chela/gateway';
import type { CronRoom } from '@chela/tools';

/** The scheduler for the `cron` tool: the methods of the same names, with their errors (reference agent/tools.md §6). */
export function createCronRoom({ call }: InnerCalls): CronRoom {
  return {
    status: () => call('cron.status', {}),
    list: (options) => call('cron.list', options),
    add: (job) => call('cron.add', job),
    update: (id, patch) => call('cron.update', { id, patch }),
    remove: (id) => call('cron.remove', { id }),
    run: (id, mode) => call('cron.run', { id, mode }),
    runs: (id) => call('cron.runs', { id }),
    wake: (note) => call('wake', note),
  };
}
