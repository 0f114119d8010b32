import { type AgentRuntime, nativeCommands, type SystemEvents } from '@chela/agent';
import type { Channels } from '@chela/channels';
import {
  agentWorkspaceDir,
  type ConfigService,
  createConfigEditor,
  credentialsDir,
  defaultAgentId,
  type Env,
} from '@chela/config';
import type { HookBell } from '@chela/hooks';
import type { ModelService, UnderstandInbound } from '@chela/models';
import type { Clock, KnownSecrets, Logger, Metrics } from '@chela/observability';
import type { SkillService } from '@chela/skills';
import type { Store } from '@chela/store';
import type { Defense } from '../defense/create-defense.ts';
import { sentListener } from '../hooks/sent-listener.ts';
import { createSight } from './create-sight.ts';
import { eventsWithoutSecrets, judgeRows, outcomeWithoutSecrets, sendingWithoutSecrets } from './outbound-defense.ts';

export interface LoadChannelsDeps {
  readonly config: ConfigService;
  readonly env: Env;
  readonly store: Store;
  readonly skills: Pick<SkillService, 'commands'>;
  readonly secrets: KnownSecrets;
  readonly systemEvents: SystemEvents;
  readonly hooks: HookBell;
  /** Words for what came with a message. */
  readonly understand: UnderstandInbound;
  readonly models: Pick<ModelService, 'select'>;
  readonly defense: Pick<Defense, 'judgeOutbound'>;
  /** Takes secrets of every kind out of a text. */
  readonly redact: (text: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Loads the channels' code and wires both halves of their kernel around the supervisor. */
export async function loadChannels(deps: LoadChannelsDeps, agent: AgentRuntime): Promise<Channels> {
  const { config, env, store, systemEvents, defense, redact, clock, logger, metrics } = deps;
  const { createChannels, createInbound, createOutbound, createPairingStore } = await import('@chela/channels');
  const editor = createConfigEditor({ paths: config.paths, env, logger: logger.child('config'), clock });
  const pairing = createPairingStore({ folder: credentialsDir(config.paths, env), clock });
  return createChannels({
    config,
    env,
    store,
    secrets: deps.secrets,
    systemEvents,
    nativeCommands: async () => ({
      own: nativeCommands(config.current()),
      skills: await deps.skills.commands(defaultAgentId(config.current())),
    }),
    createOutbound({ catalog, connections, settings }) {
      const stop = new AbortController();
      const outbound = createOutbound({
        deliveries: store.deliveries,
        store,
        listener: sentListener(deps.hooks),
        catalog,
        connections,
        config,
        settings,
        workspaceDir: (agentId) => agentWorkspaceDir(config.current(), config.paths, agentId),
        judge: judgeRows(defense.judgeOutbound, stop.signal),
        clock,
        logger: logger.child('outbound'),
        metrics,
      });
      const unfollow = outbound.follow(eventsWithoutSecrets(agent, redact));
      return {
        ...outbound,
        deliver: (request, outcome) => outbound.deliver(request, outcomeWithoutSecrets(outcome, redact)),
        enqueue: (sending) => outbound.enqueue(sendingWithoutSecrets(sending, redact)),
        async close() {
          unfollow();
          stop.abort();
          await outbound.close();
        },
      };
    },
    createInbound: ({ catalog, connections, settings, outbound }) =>
      createInbound({
        config,
        store,
        agent,
        adapters: catalog,
        connections,
        outbound,
        pairing,
        systemEvents,
        settings,
        understand: deps.understand,
        seesImages: createSight({ store, models: deps.models }),
        async editConfig(edits) {
          await editor.edit(edits);
          await config.reload();
        },
        ...(env.OPENCLAW_PROFILE && { profile: env.OPENCLAW_PROFILE }),
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        clock,
        logger: logger.child('inbound'),
        metrics,
      }),
    clock,
    logger,
    metrics,
  });
}
