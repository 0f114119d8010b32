import { agentDir, type ConfigService } from '@chela/config';
import { createMemoryService, type MemoryService } from '@chela/memory';
import { type ModelService, missingKeyText } from '@chela/models';
import type { Clock, Logger } from '@chela/observability';
import type { Store } from '@chela/store';
import { createSessionTalks } from './session-talks.ts';

/** What agents remember; embeddings use the keys of the models. */
export function createMemory(deps: {
  readonly config: ConfigService;
  readonly models: ModelService;
  readonly store: Store;
  readonly watch: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}): MemoryService {
  const { config, models, store } = deps;
  return createMemoryService({
    ...deps,
    config: () => config.current(),
    paths: config.paths,
    talks: createSessionTalks(store),
    keys: {
      credentials: (provider, agentId) => models.credentials(provider, agentId),
      missing: (provider, agentId) => missingKeyText(provider, agentDir(config.current(), config.paths, agentId)),
    },
  });
}
