import { type ChannelDescription, type ConfigService, configSchemaPayload, redactedSnapshot } from '@chela/config';
import type { Clock } from '@chela/observability';
import type { GatewayControl } from '@chela/tools';
import type { GatewayDoor } from '../gateway-seat.ts';

/** The gateway as its tool may see and change it; without a door it can only be looked at. Secrets stay out. */
export function createGatewayControl(deps: {
  config: ConfigService;
  channels: () => readonly ChannelDescription[];
  clock: Clock;
  door: GatewayDoor | undefined;
}): GatewayControl {
  const { config, clock, door } = deps;
  return {
    configGet: async () => redactedSnapshot(config.snapshot()),
    configSchema: async () => configSchemaPayload({ channels: deps.channels(), nowMs: clock.now() }),
    ...(door && {
      configApply: (change) => door.call('config.apply', change),
      configPatch: (change) => door.call('config.patch', change),
      updateRun: (update) => door.call('update.run', update),
      restart: (asked) => door.restart(asked),
    }),
  };
}
