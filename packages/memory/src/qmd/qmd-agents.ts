import { agentIds, type Config, normalizeAgentId, type StatePaths } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import { section } from '../fields.ts';
import type { SessionTalks } from '../talks.ts';
import type { QmdMemory } from './qmd-memory.ts';

/** The agents whose memory is in the hands of `qmd`: all of them where `memory.backend` says so, else none. */
export interface QmdAgents {
  /** Undefined where the built-in index serves. */
  of(agentId: string): Promise<QmdMemory> | undefined;
  close(): Promise<void>;
}

export interface QmdAgentsDeps {
  readonly config: () => Config;
  readonly paths: StatePaths;
  readonly workspaceOf: (agentId: string) => string;
  readonly talks?: SessionTalks;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Keep the indexes up to date by the clock, from now on; off in one-shot commands. */
  readonly watch: boolean;
}

export function createQmdAgents(deps: QmdAgentsDeps): QmdAgents {
  const { config, paths, workspaceOf, watch, logger } = deps;
  const agents = new Map<string, Promise<QmdMemory>>();
  const isWanted = (): boolean => section(config(), 'memory').backend === 'qmd';

  async function make(agentId: string): Promise<QmdMemory> {
    const [{ createQmdMemory }, { qmdSettings }] = await Promise.all([
      import('./qmd-memory.ts'),
      import('./qmd-settings.ts'),
    ]);
    const settings = () => qmdSettings(config(), paths, agentId, workspaceOf(agentId));
    const memory = createQmdMemory({ ...deps, agentId, settings });
    if (watch) memory.start();
    return memory;
  }

  function of(id: string): Promise<QmdMemory> | undefined {
    if (!isWanted()) return undefined;
    const agentId = normalizeAgentId(id);
    const known = agents.get(agentId) ?? make(agentId);
    agents.set(agentId, known);
    return known;
  }

  if (watch && isWanted()) {
    for (const agentId of agentIds(config())) {
      of(agentId)?.catch((error: unknown) => logger.warn('qmd could not be started', { agentId, error }));
    }
  }
  return {
    of,
    async close() {
      await Promise.all([...agents.values()].map(async (agent) => (await agent).close()));
      agents.clear();
    },
  };
}
