import type { Config } from '@chela/config';
import { isRecord } from '../call/arguments.ts';
import type { CallContext } from '../call/call-context.ts';

function disabled(tools: unknown): boolean {
  return isRecord(tools) && isRecord(tools.elevated) && tools.elevated.enabled === false;
}

/**
 * Why `elevated` cannot be had (reference agent/tools.md §4.15). Elevated rights hang on who sent the message; calls
 * carry no verified sender yet, so the sender gate never opens.
 */
export function elevatedRefusal(config: Config, context: CallContext): string {
  const agent = config.agents?.list?.find((entry) => entry.id === context.agentId)?.tools;
  const gates = [
    ...(disabled(config.tools) ? ['enabled (tools.elevated.enabled)'] : []),
    ...(disabled(agent) ? ['enabled (agents.list[].tools.elevated.enabled)'] : []),
    'allowFrom (tools.elevated.allowFrom.<provider> / agents.list[].tools.elevated.allowFrom.<provider>)',
  ];
  return [
    'elevated is not available right now (runtime=direct).',
    `Failing gates: ${gates.join(', ')}`,
    `Context: provider=${context.scope.origin?.channel ?? 'webchat'} session=${context.sessionKey}`,
    'Fix-it keys:',
    '- tools.elevated.enabled',
    '- tools.elevated.allowFrom.<provider>',
    '- agents.list[].tools.elevated.enabled',
    '- agents.list[].tools.elevated.allowFrom.<provider>',
  ].join('\n');
}
