import { agentConfigs, type Config } from '@chela/config';
import { isRecord } from '../call/arguments.ts';
import { sandboxOf } from '../sandbox/explain.ts';
import { agentOfKey } from './session-keys.ts';

export type SessionVisibility = 'self' | 'tree' | 'agent' | 'all';
export type SessionAction = 'list' | 'history' | 'send' | 'status';

const CROSS_AGENT: Readonly<Record<SessionAction, { readonly noun: string; readonly what: string }>> = {
  list: { noun: 'listing', what: 'access' },
  history: { noun: 'history', what: 'access' },
  send: { noun: 'messaging', what: 'sends' },
  status: { noun: 'status', what: 'access' },
};

interface Caller {
  readonly agentId: string;
  readonly sessionKey: string;
}

/**
 * How far a caller's session tools may look; `tree` by default. From a sandbox never further than that, unless
 * `agents.defaults.sandbox.sessionToolsVisibility` is `all` (reference agent/tools.md §6).
 */
export function sessionVisibility(config: Config, caller: Caller): SessionVisibility {
  const sessions = config.tools?.sessions;
  const value = isRecord(sessions) ? sessions.visibility : undefined;
  if (value === 'self') return value;
  const isWide = value === 'agent' || value === 'all';
  return isWide && !isKeptNear(config, caller) ? value : 'tree';
}

function isKeptNear(config: Config, caller: Caller): boolean {
  const own = agentConfigs(config).get(caller.agentId)?.sandbox;
  const shared = config.agents?.defaults?.sandbox;
  const setting = [own, shared].flatMap((at) => (isRecord(at) ? (at.sessionToolsVisibility ?? []) : []))[0];
  return setting !== 'all' && sandboxOf(config, caller).sandboxed;
}

function matches(pattern: string, agentId: string): boolean {
  const pieces = pattern.trim().toLowerCase().split('*');
  const escaped = pieces.map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(agentId);
}

/** Why one agent may not deal with another, or undefined. */
export function crossAgentProblem(config: Config, from: string, to: string, action: SessionAction): string | undefined {
  if (from === to) return undefined;
  const { noun, what } = CROSS_AGENT[action];
  const settings = isRecord(config.tools?.agentToAgent) ? config.tools.agentToAgent : {};
  if (settings.enabled !== true) {
    return `Agent-to-agent ${noun} is disabled. Set tools.agentToAgent.enabled=true to allow cross-agent ${what}.`;
  }
  const allow = Array.isArray(settings.allow) ? settings.allow.filter((entry) => typeof entry === 'string') : [];
  const allowed = (agentId: string): boolean => allow.length === 0 || allow.some((entry) => matches(entry, agentId));
  if (allowed(from) && allowed(to)) return undefined;
  return `Agent-to-agent ${noun} denied by tools.agentToAgent.allow.`;
}

/** Why a caller may not deal with a session, or undefined when it may. */
export function accessProblem(
  config: Config,
  caller: Caller,
  target: { readonly key: string; readonly spawnedBy?: string },
  action: SessionAction,
): string | undefined {
  const visibility = sessionVisibility(config, caller);
  const restricted = `Session ${action} visibility is restricted`;
  const targetAgent = agentOfKey(target.key) ?? caller.agentId;
  if (targetAgent !== caller.agentId) {
    if (visibility === 'all') return crossAgentProblem(config, caller.agentId, targetAgent, action);
    return `${restricted}. Set tools.sessions.visibility=all to allow cross-agent access.`;
  }
  if (visibility === 'all' || visibility === 'agent' || target.key === caller.sessionKey) return undefined;
  if (visibility === 'self') return `${restricted} to the current session (tools.sessions.visibility=self).`;
  if (target.spawnedBy === caller.sessionKey) return undefined;
  return `${restricted} to the current session tree (tools.sessions.visibility=tree).`;
}
