import type { ToolContext } from '../tool.ts';
import { assertInsideRoot, resolveToolPath } from './tool-path.ts';

/** Where file tools may work. */
export interface FileAccess {
  readonly homeDir: string;
  /** Whether paths outside the workspace are refused for this agent (`tools.fs.workspaceOnly`). */
  workspaceOnly(agentId: string): boolean;
}

/** The absolute path of a file argument, checked against the workspace where the configuration asks for it. */
export async function locate(access: FileAccess, path: string, context: ToolContext): Promise<string> {
  const absolute = resolveToolPath(path, context.workspaceDir, access.homeDir);
  if (access.workspaceOnly(context.agentId)) await assertInsideRoot(context.workspaceDir, absolute, path);
  return absolute;
}
