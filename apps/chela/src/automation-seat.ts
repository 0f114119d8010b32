import { createSystemEvents, type SystemEvents } from '@chela/agent';
import type { Announcer, Automation } from '@chela/automation';
import type { Clock } from '@chela/observability';
import type { SystemEventRoom } from '@chela/tools';
import { createGatewaySeat, type GatewaySeat } from './gateway-seat.ts';

/** The notes of a gateway's sessions, and the gateway for tools: there before what serves them. */
export interface AutomationSeat {
  readonly systemEvents: SystemEvents;
  /** What tools tell sessions. */
  readonly notes: SystemEventRoom;
  /** The gateway's own methods, for tools. */
  readonly gateway: GatewaySeat;
  /** The runtime's hook for the news of heartbeats. Rejects before the automation is there. */
  alert(...news: Parameters<Automation['heartbeats']['alert']>): Promise<void>;
  /** Undefined before the automation is there. */
  announcer(): Announcer | undefined;
  take(automation: Automation, announcer: Announcer): void;
}

export function createAutomationSeat(clock: Clock): AutomationSeat {
  const systemEvents = createSystemEvents(clock);
  let seated: Automation | undefined;
  let announcer: Announcer | undefined;
  const gateway = createGatewaySeat();
  return {
    systemEvents,
    notes: {
      notify({ agentId, sessionKey, text, contextKey }) {
        systemEvents.add(sessionKey, text, contextKey);
        seated?.heartbeats.wake({ reason: 'exec-event', agentId, sessionKey });
      },
    },
    gateway,
    async alert(run, outcome) {
      if (seated === undefined) throw new Error('the automation is not there yet');
      await seated.heartbeats.alert(run, outcome);
    },
    announcer: () => announcer,
    take(automation, out) {
      seated = automation;
      announcer = out;
    },
  };
}
