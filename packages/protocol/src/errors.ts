/** Error codes of the protocol (reference protocol/protocol.md §6). */
export type ErrorCode = 'NOT_LINKED' | 'NOT_PAIRED' | 'AGENT_TIMEOUT' | 'INVALID_REQUEST' | 'UNAVAILABLE';

/** The `error` member of a response frame. */
export interface ErrorShape {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: unknown;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
}

/** An error that a client is meant to read; everything else a handler throws becomes UNAVAILABLE. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ErrorCode;
  readonly details: unknown;
  /** A response may carry a payload beside its error (`agent`, `skills.install`). */
  readonly payload: unknown;

  constructor(code: ErrorCode, message: string, extra: { details?: unknown; payload?: unknown; cause?: unknown } = {}) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.code = code;
    this.details = extra.details;
    this.payload = extra.payload;
  }

  toShape(): ErrorShape {
    return { code: this.code, message: this.message, ...(this.details !== undefined && { details: this.details }) };
  }
}

export const invalidRequest = (message: string, details?: unknown): ProtocolError =>
  new ProtocolError('INVALID_REQUEST', message, { details });

export const unavailable = (
  message: string,
  extra?: { details?: unknown; payload?: unknown; cause?: unknown },
): ProtocolError => new ProtocolError('UNAVAILABLE', message, extra);
