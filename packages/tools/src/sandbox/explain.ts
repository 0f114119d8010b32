import { join } from 'node:path';
import type { Config } from '@chela/config';
import { isRecord, textList } from '../call/arguments.ts';
import { sandboxPolicy } from '../policy/layers.ts';
import { isSandboxed, mainSessionKey, type SandboxMode } from '../policy/sandbox-mode.ts';
import { sandboxSettings, type WorkspaceAccess } from './settings.ts';

type Section = Readonly<Record<string, unknown>>;

const section = (value: unknown, ...keys: readonly string[]): Section => {
  const found = keys.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), value);
  return isRecord(found) ? found : {};
};

/** Whether and how a session is sandboxed, as the model is told. */
export interface SandboxFacts {
  readonly mode: SandboxMode;
  readonly sandboxed: boolean;
  /** Folder inside where commands start and relative paths lead. */
  readonly workdir: string;
  readonly workspaceAccess: WorkspaceAccess;
}

export function sandboxOf(
  config: Config,
  { agentId, sessionKey }: { readonly agentId: string; readonly sessionKey: string },
): SandboxFacts {
  const { mode, docker, workspaceAccess } = sandboxSettings(config, agentId);
  const sandboxed = isSandboxed(mode, sessionKey, mainSessionKey(config, agentId));
  return { mode, sandboxed, workdir: docker.workdir, workspaceAccess };
}

/** Where a list of the sandbox's tool policy comes from. */
function listSource(config: Config, agentTools: unknown, list: 'allow' | 'deny') {
  const own = section(agentTools, 'sandbox', 'tools');
  const global = section(config.tools, 'sandbox', 'tools');
  if (Array.isArray(own[list])) return { source: 'agent', key: `agents.list[].tools.sandbox.tools.${list}` };
  return { source: Array.isArray(global[list]) ? 'global' : 'default', key: `tools.sandbox.tools.${list}` };
}

/** The channel that a session's key names, as in `agent:main:telegram:…`. */
function channelOf(sessionKey: string): string | undefined {
  const [, , channel, peer] = sessionKey.split(':');
  return peer === undefined || channel === 'subagent' || channel === 'cron' ? undefined : channel;
}

function elevatedView(config: Config, agentTools: unknown, channel: string | undefined) {
  const levels = [
    { key: 'tools.elevated', settings: section(config.tools, 'elevated'), isSet: true },
    {
      key: 'agents.list[].tools.elevated',
      settings: section(agentTools, 'elevated'),
      isSet: isRecord(section(agentTools).elevated),
    },
  ];
  const disabled = levels.filter(({ settings }) => settings.enabled === false);
  const lists =
    channel === undefined ? [] : levels.map(({ settings }) => textList(section(settings, 'allowFrom'), channel));
  const [global = [], agent = []] = lists;
  const asked = levels.filter(({ isSet, settings }, index) => isSet && (index === 0 || isRecord(settings.allowFrom)));
  const missing =
    channel === undefined
      ? []
      : asked.filter(({ settings }) => textList(section(settings, 'allowFrom'), channel).length === 0);
  const isAllowed = channel !== undefined && disabled.length === 0 && missing.length === 0;
  return {
    enabled: disabled.length === 0,
    ...(channel !== undefined && { channel }),
    allowedByConfig: isAllowed,
    alwaysAllowedByConfig: isAllowed && asked.every((_level, index) => lists[index]?.includes('*')),
    allowFrom: { ...(global.length > 0 && { global }), ...(agent.length > 0 && { agent }) },
    failures: [
      ...disabled.map(({ key }) => ({ gate: 'enabled', key: `${key}.enabled` })),
      ...missing.map(({ key }) => ({ gate: 'allowFrom', key: `${key}.allowFrom.${channel}` })),
    ],
  };
}

/** Everything that decides whether and how a session is sandboxed (reference cli/samples/sandbox-explain-json). */
export function explainSandbox(
  config: Config,
  caller: { readonly agentId: string; readonly sessionKey: string | undefined },
  stateDir: string,
) {
  const { agentId } = caller;
  const main = mainSessionKey(config, agentId);
  const sessionKey = caller.sessionKey ?? main;
  const settings = sandboxSettings(config, agentId);
  const agentTools = config.agents?.list?.find((entry) => entry.id === agentId)?.tools;
  const { allow, deny } = sandboxPolicy(config, agentTools, Object.keys(config.channels ?? {}));
  const channel = channelOf(sessionKey);
  const isBoxed = isSandboxed(settings.mode, sessionKey, main);
  return {
    agentId,
    sessionKey,
    mainSessionKey: main,
    sandbox: {
      mode: settings.mode,
      scope: settings.scope,
      perSession: settings.scope === 'session',
      workspaceAccess: settings.workspaceAccess,
      workspaceRoot: settings.workspaceRoot ?? join(stateDir, 'sandboxes'),
      sessionIsSandboxed: isBoxed,
      tools: {
        allow,
        deny,
        sources: { allow: listSource(config, agentTools, 'allow'), deny: listSource(config, agentTools, 'deny') },
      },
    },
    elevated: elevatedView(config, agentTools, channel),
    fixIt: [
      ...(isBoxed ? ['agents.defaults.sandbox.mode=off', 'agents.list[].sandbox.mode=off'] : []),
      'tools.sandbox.tools.allow',
      'tools.sandbox.tools.deny',
      'agents.list[].tools.sandbox.tools.allow',
      'agents.list[].tools.sandbox.tools.deny',
      'tools.elevated.enabled',
      ...(channel === undefined ? [] : [`tools.elevated.allowFrom.${channel}`]),
    ],
  };
}
