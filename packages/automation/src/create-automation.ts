import type { AgentRuntime, SystemEvents } from '@chela/agent';
import type { ConfigService, Env } from '@chela/config';
import type { ModelService } from '@chela/models';
import type { Clock, Logger } from '@chela/observability';
import type { Store } from '@chela/store';
import type { Announcer } from './announcer.ts';
import { createCron } from './cron/create-cron.ts';
import type { Cron } from './cron/cron.ts';
import { createHeartbeats } from './heartbeat/create-heartbeats.ts';
import type { Heartbeats } from './heartbeat/heartbeat.ts';

export interface AutomationDeps {
  readonly config: ConfigService;
  readonly env: Env;
  readonly store: Store;
  readonly agent: AgentRuntime;
  readonly models: ModelService;
  readonly systemEvents: SystemEvents;
  readonly announcer: Announcer;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What an agent does without being asked at that moment: schedules and heartbeats. */
export interface Automation {
  readonly cron: Cron;
  readonly heartbeats: Heartbeats;
  /** To be called once the agent has taken up what earlier processes left. */
  start(): void;
  /** Starts nothing any more, then lets the agent's runs end for at most `drainMs`; the rest is taken up by the next process. */
  close(drainMs: number): Promise<void>;
}

export function createAutomation(deps: AutomationDeps): Automation {
  const heartbeats = createHeartbeats({ ...deps, logger: deps.logger.child('heartbeat') });
  const cron = createCron({
    ...deps,
    heartbeats,
    logger: deps.logger.child('cron'),
    fetch: (url, init) => fetch(url, init),
  });
  return {
    cron,
    heartbeats,
    start() {
      cron.start();
      heartbeats.start();
    },
    async close(drainMs) {
      cron.stop();
      heartbeats.stop();
      await deps.agent.close(drainMs);
      await cron.ended();
      await heartbeats.ended();
    },
  };
}
