import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { agentConfig, agentIds, agentWorkspaceDir, defaultAgentId } from '@chela/config';
import { arrayAt, numberAt, recordAt, textAt } from '../json-reader.ts';
import type { LoadedConfig } from '../loaded-config.ts';
import { sessionStorePath } from '../session-store-path.ts';
import type { AgentFact, AgentFacts } from './report.ts';

/** The agents of this machine's configuration, with what the status body knows of their sessions. */
export async function agentFacts(body: unknown, loaded: LoadedConfig, now: number): Promise<AgentFacts> {
  const { current } = loaded;
  const byAgent = arrayAt(recordAt(body, 'sessions'), 'byAgent');
  const agents = await Promise.all(
    agentIds(current).map((id) =>
      agentFact(
        id,
        byAgent.find((row) => textAt(row, 'agentId') === id),
        loaded,
        now,
      ),
    ),
  );
  return {
    defaultId: defaultAgentId(current),
    agents,
    totalSessions: agents.reduce((sum, agent) => sum + (agent.sessionsCount ?? 0), 0),
    bootstrapPendingCount: agents.filter((agent) => agent.bootstrapPending).length,
  };
}

async function agentFact(id: string, row: unknown, loaded: LoadedConfig, now: number): Promise<AgentFact> {
  const { current, paths } = loaded;
  const name = agentConfig(current, id)?.name;
  const workspaceDir = agentWorkspaceDir(current, paths, id);
  // Newest first.
  const lastUpdatedAt = numberAt(arrayAt(row, 'recent')[0], 'updatedAt') ?? null;
  return {
    id,
    ...(name !== undefined && { name }),
    workspaceDir,
    bootstrapPending: await exists(join(workspaceDir, 'BOOTSTRAP.md')),
    sessionsPath: textAt(row, 'path') ?? sessionStorePath(loaded, id),
    sessionsCount: numberAt(row, 'count') ?? null,
    lastUpdatedAt,
    lastActiveAgeMs: lastUpdatedAt === null ? null : now - lastUpdatedAt,
  };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
