import type { Config, StatePaths } from '@chela/config';
import { normalizeAgentId } from '@chela/config';
import { createLazyTransport } from '@chela/models';
import type { Clock, Logger } from '@chela/observability';
import {
  type AgentMemory,
  type AgentMemoryStatus,
  createAgentMemory,
  type MemoryAnswer,
  type MemoryQuery,
} from './agent-memory.ts';
import type { EmbeddingKeys } from './embeddings/choose-embedder.ts';
import { findMemoryFiles } from './files/find-memory-files.ts';
import { readMemoryFile } from './files/read-memory-file.ts';
import { createIndexThread } from './index-file/index-thread.ts';
import { createQmdAgents } from './qmd/qmd-agents.ts';
import { type CitationMode, citationMode, memorySettings } from './settings.ts';
import type { SyncOutcome } from './sync-index.ts';
import type { SessionTalks } from './talks.ts';

export interface MemoryServiceDeps {
  readonly config: () => Config;
  readonly paths: StatePaths;
  readonly keys: EmbeddingKeys;
  /** Conversations, for agents whose memory has them among its sources. */
  readonly talks?: SessionTalks;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Follow the files of agents that were asked; off in one-shot commands. */
  readonly watch: boolean;
}

/** What agents remember: search over their Markdown notes, and reading them (reference agent/automation.md §5). */
export interface MemoryService {
  search(agentId: string, query: MemoryQuery): Promise<MemoryAnswer & { readonly citations: CitationMode }>;
  /** Throws for a path that is no memory file. */
  read(
    agentId: string,
    request: { readonly path: string; readonly from?: number; readonly lines?: number },
  ): Promise<{ readonly path: string; readonly text: string }>;
  /** Indexes what changed; `force` makes the index anew. */
  sync(agentId: string, options: { readonly force: boolean }): Promise<SyncOutcome>;
  status(
    agentId: string,
  ): Promise<AgentMemoryStatus & { readonly filesOnDisk: number; readonly backend: 'builtin' | 'qmd' }>;
  probe(agentId: string, signal: AbortSignal): Promise<string | undefined>;
  /** Somebody spoke with an agent; one whose memory was asked before looks at its conversations by and by. */
  spoke(agentId: string): void;
  close(): Promise<void>;
}

/**
 * Makes the memory service. Nothing is read, watched or started before it is first asked, except that `memory.backend: "qmd"`
 * with `watch` starts that program now.
 */
export function createMemoryService(deps: MemoryServiceDeps): MemoryService {
  const { config, paths, clock } = deps;
  const thread = createIndexThread({ clock });
  const wire = { transport: createLazyTransport(), clock };
  const agents = new Map<string, AgentMemory>();
  const settingsOf = (agentId: string) => memorySettings(config(), paths, agentId);
  const qmd = createQmdAgents({ ...deps, workspaceOf: (agentId) => settingsOf(agentId).workspaceDir });

  function memoryOf(id: string): AgentMemory {
    const agentId = normalizeAgentId(id);
    const known = agents.get(agentId);
    if (known !== undefined) return known;
    const made = createAgentMemory({ ...deps, settings: () => settingsOf(agentId), thread, wire });
    agents.set(agentId, made);
    return made;
  }

  /** The program's answer, else the built-in index's, which says why. */
  async function answer(agentId: string, query: MemoryQuery): Promise<MemoryAnswer> {
    const other = qmd.of(agentId);
    if (other === undefined) return memoryOf(agentId).search(query);
    try {
      return await (await other).search(query);
    } catch (error) {
      query.signal.throwIfAborted();
      deps.logger.warn('qmd cannot answer; the built-in index does', { agentId, error });
      const reason = error instanceof Error ? error.message : String(error);
      return { ...(await memoryOf(agentId).search(query)), fallback: { from: 'qmd', reason } };
    }
  }

  return {
    search: async (agentId, query) => ({ ...(await answer(agentId, query)), citations: citationMode(config()) }),
    async read(agentId, request) {
      const collected = (await qmd.of(agentId))?.read(request);
      return collected ?? readMemoryFile(settingsOf(agentId), request);
    },
    async sync(agentId, options) {
      await (await qmd.of(agentId))?.update();
      return memoryOf(agentId).sync(options);
    },
    async status(agentId) {
      const [status, files] = await Promise.all([memoryOf(agentId).status(), findMemoryFiles(settingsOf(agentId))]);
      return {
        ...status,
        backend: qmd.of(agentId) === undefined ? 'builtin' : 'qmd',
        dirty: status.dirty || status.facts.sources.memory.files !== files.length,
        filesOnDisk: files.length,
      };
    },
    probe: (agentId, signal) => memoryOf(agentId).probe(signal),
    spoke: (agentId) => agents.get(normalizeAgentId(agentId))?.spoke(),
    async close() {
      await qmd.close();
      await Promise.all([...agents.values()].map((agent) => agent.close()));
      agents.clear();
      await thread.close();
    },
  };
}
