import type { AgentRequest } from '../runtime.ts';

/**
 * Channel, target, account and thread of a message in one word. The web chat has no address to send to: its messages have
 * no route and run one by one (reference traces queue/collect). Pure.
 */
export function routeOf({ origin }: Pick<AgentRequest, 'origin'>): string | undefined {
  if (origin === undefined) return undefined;
  return JSON.stringify([origin.channel, origin.to, origin.accountId, origin.threadId ?? '']);
}
