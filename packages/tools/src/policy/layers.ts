import { CORE_CHANNEL_IDS, type Config, type ToolPolicyConfig } from '@chela/config';
import { isRecord } from '../call/arguments.ts';
import type { ToolScope } from '../tool.ts';
import { groupPolicy } from './group-policy.ts';
import type { PolicyLayer } from './pipeline.ts';
import { profileAllow } from './tool-groups.ts';
import { policyOf, type ToolPolicy } from './tool-policy.ts';

/** What sandboxed sessions may use unless `tools.sandbox.tools` says otherwise (reference agent/tools.md ). */
const SANDBOX_ALLOW = [
  'exec',
  'process',
  'read',
  'write',
  'edit',
  'apply_patch',
  'image',
  'sessions_list',
  'sessions_history',
  'sessions_send',
  'sessions_spawn',
  'subagents',
  'session_status',
] as const;
const SANDBOX_DENY: readonly string[] = ['browser', 'canvas', 'nodes', 'cron', 'gateway', ...CORE_CHANNEL_IDS];
/** What sub-agents never get. */
const SUBAGENT_DENY = [
  'gateway',
  'agents_list',
  'whatsapp_login',
  'session_status',
  'cron',
  'memory_search',
  'memory_get',
  'sessions_send',
] as const;
const LEAF_DENY = ['sessions_list', 'sessions_history', 'sessions_spawn'] as const;

type Section = Readonly<Record<string, unknown>>;

function inner(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), value);
}
function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;
}

function profileLayer(label: string, profile: string | undefined, also: readonly string[] | undefined): PolicyLayer {
  const allow = profileAllow(profile);
  const policy = allow === undefined ? undefined : { allow: [...allow, ...(also ?? [])] };
  return { label, policy };
}

/** The entry of `byProvider` for a model: the exact `provider/model`, else the provider. */
function providerEntry(tools: unknown, provider: string, model: string): Section | undefined {
  const entries = inner(tools, 'byProvider');
  if (!isRecord(entries)) return undefined;
  const plain = (name: string): string => name.trim().toLowerCase();
  const known = new Map(Object.entries(entries).map(([key, value]) => [plain(key), value]));
  const id = plain(provider);
  const full = plain(model).includes('/') ? plain(model) : `${id}/${plain(model)}`;
  const entry = known.get(full) ?? known.get(id);
  return isRecord(entry) ? entry : undefined;
}

/** How deep a session is below a session that people talk to; 0 for such a session. */
export function subagentDepth(sessionKey: string): number {
  return sessionKey
    .toLowerCase()
    .split(':')
    .filter((part) => part === 'subagent').length;
}

function subagentPolicy(config: Config, depth: number): ToolPolicy {
  const configured = inner(config.agents?.defaults, 'subagents', 'maxSpawnDepth');
  const maxDepth = Math.max(1, typeof configured === 'number' ? Math.floor(configured) : 1);
  const tools = inner(config.tools, 'subagents', 'tools');
  const deny = [...SUBAGENT_DENY, ...(depth >= maxDepth ? LEAF_DENY : []), ...(texts(inner(tools, 'deny')) ?? [])];
  const allow = texts(inner(tools, 'allow'));
  return { ...(allow && { allow }), deny };
}

/** What sandboxed sessions of an agent may use. */
export function sandboxPolicy(
  config: Config,
  agentTools: unknown,
  channels: readonly string[],
): ToolPolicy & { readonly allow: readonly string[]; readonly deny: readonly string[] } {
  const pick = (key: string): readonly string[] | undefined =>
    texts(inner(agentTools, 'sandbox', 'tools', key)) ?? texts(inner(config.tools, 'sandbox', 'tools', key));
  const only = pick('allow') ?? SANDBOX_ALLOW;
  // An empty list allows everything already.
  const allow = only.length === 0 ? only : [...new Set([...only, ...(pick('alsoAllow') ?? [])])];
  const deny = pick('deny') ?? [...new Set([...SANDBOX_DENY, ...channels])];
  const withImage =
    allow.length > 0 && !deny.includes('image') && !allow.includes('image') ? [...allow, 'image'] : allow;
  return { allow: withImage, deny };
}

/** The layers of policy for a caller, outermost first; each can only narrow. */
export function policyLayers(config: Config, scope: ToolScope, sandboxed: boolean): readonly PolicyLayer[] {
  const global: ToolPolicyConfig | undefined = config.tools;
  const agent = config.agents?.list?.find((entry) => entry.id === scope.agentId)?.tools;
  const globalProvider = providerEntry(global, scope.provider, scope.model);
  const agentProvider = providerEntry(agent, scope.provider, scope.model);
  const origin = scope.origin ?? {};
  const depth = subagentDepth(scope.sessionKey);
  return [
    profileLayer('tools.profile', agent?.profile ?? global?.profile, agent?.alsoAllow ?? global?.alsoAllow),
    profileLayer(
      'tools.byProvider.profile',
      text(agentProvider?.profile) ?? text(globalProvider?.profile),
      texts(agentProvider?.alsoAllow) ?? texts(globalProvider?.alsoAllow),
    ),
    { label: 'tools.allow', policy: policyOf(global) },
    { label: 'tools.byProvider.allow', policy: policyOf(globalProvider) },
    { label: `agents.${scope.agentId}.tools.allow`, policy: policyOf(agent) },
    { label: `agents.${scope.agentId}.tools.byProvider.allow`, policy: policyOf(agentProvider) },
    { label: 'group tools.allow', policy: groupPolicy(config, scope.sessionKey, origin) },
    {
      label: 'sandbox tools.allow',
      policy: sandboxed ? sandboxPolicy(config, agent, Object.keys(config.channels ?? {})) : undefined,
      literal: true,
    },
    { label: 'subagent tools.allow', policy: depth > 0 ? subagentPolicy(config, depth) : undefined, literal: true },
  ];
}
