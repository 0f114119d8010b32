import { ChannelError, type OutboundAddress, type OutboundPart } from '@chela/channels/adapter';
import type { Outgoing } from './api.ts';

/** The vendor's message for a part. Throws a ChannelError for what the vendor does not have. Pure. */
export function outgoing(address: OutboundAddress, part: OutboundPart, key: string): Outgoing {
  if (part.kind !== 'text') throw new ChannelError('refused', `NewChannel cannot send a ${part.kind}`);
  return { to: address.to, text: part.text.text, key };
}
