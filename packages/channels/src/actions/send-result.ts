import type { ChannelFacts } from '../contract/facts.ts';
import type { SendEnd } from './send-through.ts';

type Result = Readonly<Record<string, unknown>>;

/** Members that name a sent message in results, e.g. `{ messageId: '7', chatId: '4242' }`. Pure. */
export function receiptMembers(facts: ChannelFacts, end: Extract<SendEnd, { kind: 'sent' }>): Result {
  const { placeKey } = facts.results ?? {};
  const { receipt, address } = end;
  return { messageId: receipt.messageId, ...(placeKey && { [placeKey]: receipt.chatId ?? address.to }) };
}

/** What a model reads of a send, in the contract's form for the channel. Pure. */
export function toolSendResult(facts: ChannelFacts, to: string, mediaUrl: string | undefined, end: SendEnd): Result {
  const { id, results } = facts;
  if (end.kind === 'waiting') {
    return {
      ok: true,
      queued: true,
      note: `Not delivered yet: ${end.why}. It is sent as soon as it can be; do not send it again.`,
    };
  }
  const members = receiptMembers(facts, end);
  if (results?.form === 'flat') return { ok: true, ...members };
  if (results?.form === 'nested') return { ok: true, result: members };
  const place = results?.toolPlaceKey === undefined ? {} : { [results.toolPlaceKey]: end.address.to };
  return {
    channel: id,
    to,
    via: 'direct',
    mediaUrl: mediaUrl ?? null,
    ...(mediaUrl !== undefined && { mediaUrls: [mediaUrl] }),
    result: { channel: id, ...members, ...place },
  };
}
