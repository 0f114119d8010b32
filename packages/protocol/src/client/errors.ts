import type { ErrorShape } from '../errors.ts';

/** A request that the gateway answered with `ok: false`. */
export class GatewayRequestError extends Error {
  override readonly name = 'GatewayRequestError';
  readonly code: string;
  readonly details: unknown;
  /** Some failures carry a payload beside the error (reference protocol/protocol.md §6). */
  readonly payload: unknown;

  constructor(error: ErrorShape | undefined, payload: unknown) {
    super(error?.message ?? 'the gateway refused the request without a reason');
    this.code = error?.code ?? 'UNAVAILABLE';
    this.details = error?.details;
    this.payload = payload;
  }
}

const CODE_HINTS: Readonly<Record<number, string>> = {
  1000: ' normal closure',
  1006: ' abnormal closure (no close frame)',
};

/** The connection ended; the wording is what scripts look for (reference cli/cli.md §5). */
export class GatewayClosedError extends Error {
  override readonly name = 'GatewayClosedError';
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string) {
    super(`gateway closed (${code}${CODE_HINTS[code] ?? ''}): ${reason}`);
    this.code = code;
    this.reason = reason;
  }
}

export class GatewayTimeoutError extends Error {
  override readonly name = 'GatewayTimeoutError';

  constructor(timeoutMs: number) {
    super(`gateway timeout after ${timeoutMs}ms`);
  }
}
