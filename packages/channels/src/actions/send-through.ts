import type { AccountView } from '../connections/account-runner.ts';
import type { OutboundAddress, SendReceipt } from '../contract/outbound.ts';
import type { Delivery, NewSending, Outbound } from '../kernel.ts';

/** What became of a send that somebody waits for. */
export type SendEnd =
  | { readonly kind: 'sent'; readonly receipt: SendReceipt; readonly address: OutboundAddress }
  /** It is written and leaves when it can; `why` says what it waits for. */
  | { readonly kind: 'waiting'; readonly why: string };

/** A send that will not happen; the message is the vendor's or the channel's word. */
export class SendFailedError extends Error {
  override readonly name = 'SendFailedError';
}

/**
 * Writes a message to the outbox and waits for a while for its receipts. A row that is dead throws SendFailedError with
 * its reason; what only takes longer stays in the outbox and is not lost.
 */
export async function sendThrough(
  deps: { readonly outbound: Pick<Outbound, 'enqueue' | 'settled'>; readonly view: () => AccountView | undefined },
  sending: NewSending,
  timeoutMs: number,
): Promise<SendEnd> {
  const rows = await deps.outbound.enqueue(sending);
  const ended = await deps.outbound.settled(
    rows.map(({ id }) => id),
    timeoutMs,
  );
  const dead = ended.find(({ state }) => state === 'dead');
  if (dead !== undefined) throw new SendFailedError(dead.reason ?? 'the message could not be sent');
  const first = ended.find(({ receipt }) => receipt !== undefined);
  if (first?.receipt !== undefined && ended.every(({ state }) => state === 'delivered')) {
    return { kind: 'sent', receipt: first.receipt, address: sending.address };
  }
  return { kind: 'waiting', why: waitingFor(ended, deps.view()) };
}

function waitingFor(rows: readonly Delivery[], view: AccountView | undefined): string {
  const reason = rows.find((row) => row.reason !== undefined)?.reason;
  if (rows.some(({ state }) => state === 'ambiguous'))
    return `whether it arrived is not known${reason ? `: ${reason}` : ''}`;
  if (view !== undefined && view.state.kind !== 'connected')
    return `the channel is not connected (${view.lastError ?? view.state.kind})`;
  return reason ?? 'messages before it are still on their way';
}
