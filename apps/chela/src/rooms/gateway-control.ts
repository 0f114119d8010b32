import { type ChannelDescription, type ConfigService, configSchemaPayload, redactedSnapshot } from '@chela/config';
import type { Clock } from '@chela/observability';
import type { GatewayControl } from '@chela/tools';

/** The configuration as the `gateway` tool may see it: read-only and without secrets. */
export function createGatewayControl(deps: {
  config: ConfigService;
  channels: () => readonly ChannelDescription[];
  clock: Clock;
}): GatewayControl {
  return {
    configGet: async () => redactedSnapshot(deps.config.snapshot()),
    configSchema: async () => configSchemaPayload({ channels: deps.channels(), nowMs: deps.clock.now() }),
  };
}
