import type { Config } from '@chela/config';
import type { ToolScope } from '../tool.ts';
import { sandboxPolicy } from './layers.ts';
import { sandboxMode } from './sandbox-mode.ts';
import { permits } from './tool-policy.ts';

/** Why a tool cannot be had in a sandboxed session, and what would change it (reference agent/tools.md §10). */
export function sandboxRefusal(config: Config, scope: ToolScope, tool: string): string {
  const agent = config.agents?.list?.find((entry) => entry.id === scope.agentId)?.tools;
  const policy = sandboxPolicy(config, agent, Object.keys(config.channels ?? {}));
  const isDenied = !permits({ deny: policy.deny }, tool);
  const key = `tools.sandbox.tools.${isDenied ? 'deny' : 'allow'}`;
  return [
    `Tool "${tool}" blocked by sandbox tool policy (mode=${sandboxMode(config, scope.agentId)}).`,
    `Session: ${scope.sessionKey}`,
    `Reason: ${isDenied ? 'deny' : 'allow'} list`,
    'Fix:',
    `- ${key}: ${isDenied ? 'take the tool off' : 'add the tool'} (or the same key below agents.list[])`,
    '- agents.defaults.sandbox.mode=off: work without a sandbox',
    `- look: chela sandbox explain --session ${scope.sessionKey}`,
  ].join('\n');
}
