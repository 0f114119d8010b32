/** Close codes of the gateway socket (reference protocol/protocol.md §8); 1011 is ours, for a fault while connecting. */
export const CLOSE = {
  normal: 1000,
  protocolMismatch: 1002,
  policy: 1008,
  tooBig: 1009,
  internalError: 1011,
  serviceRestart: 1012,
} as const;

export const SLOW_CONSUMER_REASON = 'slow consumer';
export const SERVICE_RESTART_REASON = 'service restart';

const CLOSE_REASON_LIMIT_BYTES = 120;

/** A close reason of at most 120 bytes of UTF-8, cut between characters. */
export function cutCloseReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason);
  if (bytes.length <= CLOSE_REASON_LIMIT_BYTES) return reason;
  // A streaming decoder keeps an unfinished character back instead of showing a replacement mark.
  return new TextDecoder().decode(bytes.subarray(0, CLOSE_REASON_LIMIT_BYTES), { stream: true });
}
