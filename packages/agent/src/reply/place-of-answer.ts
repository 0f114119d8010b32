import type { AgentRequest, DeliveryPlace } from '../runtime.ts';

/** Where the answer of a request is sent: back to its conversation, or where its sender wants it; undefined: to no channel. */
export function placeOfAnswer({ origin, deliverTo }: AgentRequest): DeliveryPlace | undefined {
  return origin ?? deliverTo;
}
