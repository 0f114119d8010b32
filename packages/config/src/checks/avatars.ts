import { isAbsolute, relative, resolve, sep } from 'node:path';
import { isJsonObject, type JsonObject, objectAt, text } from '../json-object.ts';
import { resolveUserPath } from '../select/resolve-user-path.ts';
import type { ConfigIssue, StatePaths } from '../service.ts';

const WEB_OR_DATA = /^(?:https?:\/\/|data:)/i;
const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** `agents.list[].identity.avatar`: a file of the workspace, a web address or a data URI. */
export function avatarIssues(config: JsonObject, paths: StatePaths): ConfigIssue[] {
  const list = objectAt(config, 'agents')?.list;
  const issues: ConfigIssue[] = [];
  for (const [index, agent] of (Array.isArray(list) ? list : []).entries()) {
    const avatar = text(objectAt(agent, 'identity')?.avatar);
    if (avatar === undefined || WEB_OR_DATA.test(avatar)) continue;
    const message = avatarProblem(avatar, workspaceOf(agent, paths));
    if (message !== undefined) issues.push({ path: `agents.list.${index}.identity.avatar`, message });
  }
  return issues;
}

function avatarProblem(avatar: string, workspace: string): string | undefined {
  const isDrive = /^[a-z]:[\\/]/i.test(avatar);
  if (avatar.startsWith('~') || (HAS_SCHEME.test(avatar) && !isDrive)) {
    return 'identity.avatar must be a workspace-relative path, http(s) URL, or data URI.';
  }
  const path = relative(workspace, resolve(workspace, avatar));
  const outside = path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path) || isDrive;
  return outside ? 'identity.avatar must stay within the agent workspace.' : undefined;
}

/** Only where the path leads matters here, so any folder does for agents without a workspace of their own. */
function workspaceOf(agent: unknown, paths: StatePaths): string {
  const own = isJsonObject(agent) ? text(agent.workspace) : undefined;
  return own === undefined ? resolve(paths.stateDir, 'workspace') : resolveUserPath(own, paths.homeDir);
}
