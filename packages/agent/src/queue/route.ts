import { placeOfAnswer } from '../reply/place-of-answer.ts';
import type { AgentRequest } from '../runtime.ts';

/**
 * Channel, target, account and thread of where a request is answered, in one word. The web chat has no address to send to:
 * its messages have no route and run one by one (reference traces queue/collect). Pure.
 */
export function routeOf(request: Pick<AgentRequest, 'origin' | 'deliverTo'>): string | undefined {
  const place = placeOfAnswer(request);
  if (place === undefined) return undefined;
  return JSON.stringify([place.channel, place.to, place.accountId, place.threadId ?? '']);
}
