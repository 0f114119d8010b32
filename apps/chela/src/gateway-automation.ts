import { type Automation, createAutomation } from '@chela/automation';
import { createAnnouncer, type GatewayServices } from '@chela/gateway';
import type { AutomationSeat } from './automation-seat.ts';
import type { Core } from './core.ts';

/** The automation of a gateway, over the services that are about to be made. */
export function createGatewayAutomation(
  core: Core,
  seat: AutomationSeat,
  services: () => GatewayServices,
): Pick<GatewayServices, 'automation' | 'announcer' | 'systemEvents'> {
  const { config, store, agent, models, clock, logger } = core;
  const { systemEvents } = seat;
  const announcer = createAnnouncer(services);
  const automation = createAutomation({
    config,
    env: process.env,
    store,
    agent,
    models,
    systemEvents,
    announcer,
    clock,
    logger,
  });
  seat.take(automation, announcer);
  return { automation, announcer, systemEvents };
}

/** Publishes what happens by itself. Returns what ends that. */
export function publishAutomation(
  { cron, heartbeats }: Automation,
  { broadcast }: Pick<GatewayServices, 'broadcast'>,
): () => void {
  const quietCron = cron.subscribe((event) => broadcast.send('cron', event, { dropIfSlow: true }));
  const quietHeartbeats = heartbeats.subscribe((news) => broadcast.send('heartbeat', news, { dropIfSlow: true }));
  return () => {
    quietCron();
    quietHeartbeats();
  };
}
