import type { Config } from '@chela/config';
import { isRecord } from '../call/arguments.ts';

/** Which sessions run their tools in a sandbox (reference agent/tools.md §10). */
export type SandboxMode = 'off' | 'non-main' | 'all';

/** Whether a session is sandboxed under a mode; `non-main` leaves the agent's main session out. */
export function isSandboxed(mode: SandboxMode, sessionKey: string, mainSessionKey: string): boolean {
  if (mode === 'all') return true;
  return mode === 'non-main' && sessionKey !== mainSessionKey;
}

function modeOf(value: unknown): SandboxMode | undefined {
  const mode = isRecord(value) ? value.mode : undefined;
  return mode === 'off' || mode === 'non-main' || mode === 'all' ? mode : undefined;
}

/** The sandbox mode of an agent; the agent's own wins. */
export function sandboxMode(config: Config, agentId: string): SandboxMode {
  const agent = config.agents?.list?.find((entry) => entry.id === agentId);
  return modeOf(agent?.sandbox) ?? modeOf(config.agents?.defaults?.sandbox) ?? 'off';
}

/** Key of an agent's main session. */
export function mainSessionKey(config: Config, agentId: string): string {
  return `agent:${agentId}:${config.session?.mainKey ?? 'main'}`;
}
