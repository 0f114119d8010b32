import { createSystemEvents, mainSessionKey, type SystemEvents } from '@chela/agent';
import { type Automation, readJobChange, readNewJob } from '@chela/automation';
import { type ConfigService, defaultAgentId } from '@chela/config';
import type { Clock } from '@chela/observability';
import type { CronRoom, SystemEventRoom } from '@chela/tools';

/** The notes of a gateway's sessions, and the scheduler for tools: there before the automation that serves them. */
export interface AutomationSeat {
  readonly systemEvents: SystemEvents;
  /** What tools tell sessions. */
  readonly notes: SystemEventRoom;
  cronRoom(config: ConfigService): CronRoom;
  take(automation: Automation): void;
}

const RUNS_LIMIT = 200;

export function createAutomationSeat(clock: Clock): AutomationSeat {
  const systemEvents = createSystemEvents(clock);
  let seated: Automation | undefined;
  const automation = (): Automation => {
    if (seated === undefined) throw new Error('The scheduler is not there yet.');
    return seated;
  };
  return {
    systemEvents,
    notes: {
      notify({ agentId, sessionKey, text, contextKey }) {
        systemEvents.add(sessionKey, text, contextKey);
        seated?.heartbeats.wake({ reason: 'exec-event', agentId, sessionKey });
      },
    },
    cronRoom: (config) => ({
      status: () => automation().cron.status(),
      list: async (options) => ({ jobs: await automation().cron.list(options) }),
      add: async (job) => automation().cron.add(readNewJob(job, clock.now())),
      async update(jobId, patch) {
        const change = readJobChange({ jobId, patch }, clock.now());
        return automation().cron.update(change.id, change.patch);
      },
      remove: (jobId) => automation().cron.remove(jobId),
      run: (jobId, mode) => automation().cron.run(jobId, mode),
      runs: async (jobId) => ({ entries: await automation().cron.runs(jobId, RUNS_LIMIT) }),
      async wake({ text, mode }) {
        const agentId = defaultAgentId(config.current());
        const sessionKey = mainSessionKey(config.current(), agentId);
        systemEvents.add(sessionKey, text);
        if (mode === 'now') automation().heartbeats.wake({ reason: 'wake', agentId, sessionKey });
        return { ok: true };
      },
    }),
    take(next) {
      seated = next;
    },
  };
}
