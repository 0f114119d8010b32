import { agentDir, agentIds, normalizeAgentId } from '@chela/config';
import { createMemoryService, type MemoryService } from '@chela/memory';
import { createModelService, missingKeyText } from '@chela/models';
import { silentLogger, silentMetrics, systemClock } from '@chela/observability';
import type { CliContext } from './context.ts';
import { type LoadedConfig, loadConfig } from './loaded-config.ts';

/** The memory of this machine's agents, opened without a gateway. */
export interface MemoryDesk {
  readonly loaded: LoadedConfig;
  readonly memory: MemoryService;
  /** The named agent, or every one of the configuration. */
  readonly agents: readonly string[];
}

/** Runs a task with the memory open and closes it, whatever becomes of the task. */
export async function withMemory(
  context: CliContext,
  agent: string | undefined,
  task: (desk: MemoryDesk) => Promise<void>,
): Promise<void> {
  const loaded = await loadConfig(context);
  const { current, paths } = loaded;
  const models = createModelService({
    config: { current: () => current },
    stateDir: paths.stateDir,
    env: context.env,
    logger: silentLogger('cli'),
    metrics: silentMetrics(),
    clock: systemClock,
  });
  const memory = createMemoryService({
    config: () => current,
    paths,
    keys: {
      credentials: (provider, agentId) => models.credentials(provider, agentId),
      missing: (provider, agentId) => missingKeyText(provider, agentDir(current, paths, agentId)),
    },
    clock: systemClock,
    logger: silentLogger('cli'),
    watch: false,
  });
  try {
    await task({ loaded, memory, agents: agent === undefined ? agentIds(current) : [normalizeAgentId(agent)] });
  } finally {
    await memory.close();
    await models.close();
  }
}
