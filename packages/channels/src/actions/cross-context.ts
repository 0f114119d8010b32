import type { Config } from '@chela/config';
import { isRecord } from '../record.ts';

/** A place of a channel. */
export interface Place {
  readonly channel: string;
  readonly to: string;
}

/**
 * Why a conversation may not reach another place: `tools.message.crossContext` keeps other channels out unless it says
 * otherwise, and other chats of the same channel only when it says so (reference channels/framework.md §18). Undefined:
 * it may. Conversations without a channel may go everywhere. Pure.
 */
export function crossContextProblem(
  config: Config,
  action: string,
  from: Place | undefined,
  to: Place,
): string | undefined {
  if (from === undefined) return undefined;
  const message = messageSettings(config);
  // Of older releases: everything may be reached.
  if (message.allowCrossContextSend === true) return undefined;
  const rules = isRecord(message.crossContext) ? message.crossContext : {};
  if (from.channel !== to.channel) {
    if (rules.allowAcrossProviders === true) return undefined;
    return `Cross-context messaging denied: action=${action} target provider "${to.channel}" while bound to "${from.channel}".`;
  }
  if (from.to === to.to || rules.allowWithinProvider !== false) return undefined;
  return `Cross-context messaging denied: action=${action} target="${to.to}" while bound to "${from.to}" (channel=${from.channel}).`;
}

/** Whether one call may write to several places: `tools.message.broadcast.enabled`, on unless it is switched off. Pure. */
export function mayBroadcast(config: Config): boolean {
  const { broadcast } = messageSettings(config);
  return !isRecord(broadcast) || broadcast.enabled !== false;
}

/** `tools.message`. */
function messageSettings(config: Config): Readonly<Record<string, unknown>> {
  const tools: unknown = config.tools;
  return isRecord(tools) && isRecord(tools.message) ? tools.message : {};
}
