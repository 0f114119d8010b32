import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { agentWorkspaceDir, defaultAgentId } from '@chela/config';
import type { Check } from '../finding.ts';

/** The workspace is worth a history. */
export const workspace: Check = async ({ config, paths, flags }) => {
  if (flags.workspaceSuggestions === false) return [];
  const folder = agentWorkspaceDir(config, paths, defaultAgentId(config));
  if (!(await exists(folder)) || (await exists(join(folder, '.git')))) return [];
  const lines = [`- ${folder} is no git repository; with one you can look back and keep a private copy elsewhere.`];
  return [{ title: 'Workspace', lines }];
};

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
