import type { Config } from '@chela/config';
import { isRecord } from '../call/arguments.ts';
import type { CallContext } from '../call/call-context.ts';
import type { SessionExec } from '../tool.ts';
import { asExecAsk, asExecHost, asExecSecurity, type ExecSettings } from './settings.ts';

function disabled(tools: unknown): boolean {
  return isRecord(tools) && isRecord(tools.elevated) && tools.elevated.enabled === false;
}

type ElevatedMode = NonNullable<SessionExec['elevated']>;

/**
 * The rights of a call: what it asks for, else what the session has (reference agent/tools.md §4.15). Undefined when it
 * asks for rights that its sender has not.
 */
export function elevatedMode(asked: boolean | undefined, has: SessionExec['elevated']): ElevatedMode | undefined {
  if (asked === false) return 'off';
  if (asked === undefined) return has ?? 'off';
  return has === undefined ? undefined : has === 'full' ? 'full' : 'ask';
}

/** The settings of a call: the session's over the configuration's; elevated rights go to the host. */
export function sessionSettings(
  settings: ExecSettings,
  session: SessionExec | undefined,
  elevated: ElevatedMode,
): ExecSettings {
  const host = elevated === 'off' ? (asExecHost(session?.host) ?? settings.host) : 'gateway';
  return {
    ...settings,
    host,
    node: session?.node ?? settings.node,
    security: asExecSecurity(session?.security) ?? settings.security,
    ask: asExecAsk(session?.ask) ?? settings.ask,
  };
}

/** Why `elevated` cannot be had (reference agent/tools.md §4.15): the sender has no elevated rights. */
export function elevatedRefusal(config: Config, context: CallContext): string {
  const agent = config.agents?.list?.find((entry) => entry.id === context.agentId)?.tools;
  const gates = [
    ...(disabled(config.tools) ? ['enabled (tools.elevated.enabled)'] : []),
    ...(disabled(agent) ? ['enabled (agents.list[].tools.elevated.enabled)'] : []),
    'allowFrom (tools.elevated.allowFrom.<provider> / agents.list[].tools.elevated.allowFrom.<provider>)',
  ];
  return [
    `elevated is not available right now (runtime=${context.sandbox === undefined ? 'direct' : 'sandboxed'}).`,
    `Failing gates: ${gates.join(', ')}`,
    `Context: provider=${context.scope.origin?.channel ?? 'webchat'} session=${context.sessionKey}`,
    'Fix-it keys:',
    '- tools.elevated.enabled',
    '- tools.elevated.allowFrom.<provider>',
    '- agents.list[].tools.elevated.enabled',
    '- agents.list[].tools.elevated.allowFrom.<provider>',
  ].join('\n');
}
