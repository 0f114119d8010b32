import { type BootstrapFile, filesForSession } from '../prompt/bootstrap-files.ts';
import type { ModelContextInput } from '../turn/model-context.ts';
import type { TurnDeps } from '../turn/turn-deps.ts';

/** The bootstrap files of a turn after hooks of `agent:bootstrap` had their way with them (reference agent/automation.md §4.2). */
export async function bootstrapFilesOf(
  deps: Pick<TurnDeps, 'bootstrap' | 'config' | 'hooks'>,
  { request, sessionId, workspaceDir }: Pick<ModelContextInput, 'request' | 'sessionId' | 'workspaceDir'>,
): Promise<readonly BootstrapFile[]> {
  const { sessionKey, agentId } = request;
  const files = filesForSession(await deps.bootstrap.read(workspaceDir), sessionKey);
  if (!deps.hooks.hears('agent', 'bootstrap')) return files;
  const { context } = await deps.hooks.ring({
    type: 'agent',
    action: 'bootstrap',
    sessionKey,
    context: { workspaceDir, bootstrapFiles: files, cfg: deps.config.current(), sessionKey, sessionId, agentId },
  });
  const { bootstrapFiles } = context;
  const left = Array.isArray(bootstrapFiles) ? bootstrapFiles.flatMap((file) => readFile(file) ?? []) : files;
  return filesForSession(left, sessionKey);
}

/** Handlers are people's code: what is no file is left out. */
function readFile(value: unknown): BootstrapFile | undefined {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('path' in value)) return undefined;
  const { name, path } = value;
  if (typeof name !== 'string' || typeof path !== 'string') return undefined;
  const content = 'content' in value && typeof value.content === 'string' ? value.content : undefined;
  return content === undefined ? { name, path, missing: true } : { name, path, missing: false, content };
}
