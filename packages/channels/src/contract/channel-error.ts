/**
 * Why a vendor did not do what was asked. The adapter knows the vendor's codes; the kernel only acts on the class:
 * - `busy`: not now; tried again after `retryAfterMs`, or with growing pauses.
 * - `unreachable`: the request certainly did not arrive; tried again.
 * - `ambiguous`: it may have arrived; reconciled before anything is sent again.
 * - `format`: the formatting was refused; sent once more as plain text.
 * - `refused`: it will never work (chat not found, blocked, too long); a dead letter at once.
 * - `unauthorized`: the credential is revoked or wrong; the account stops and the operator is told.
 */
export type ChannelErrorClass = 'busy' | 'unreachable' | 'ambiguous' | 'format' | 'refused' | 'unauthorized';

export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly class: ChannelErrorClass;
  /** What the vendor asked for; milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    errorClass: ChannelErrorClass,
    message: string,
    options: ErrorOptions & { readonly retryAfterMs?: number } = {},
  ) {
    super(message, options);
    this.class = errorClass;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** By its members: an adapter outside of the build brings a copy of this class, and its errors mean the same. */
  static override [Symbol.hasInstance](value: unknown): value is ChannelError {
    return value instanceof Error && value.name === 'ChannelError' && 'class' in value;
  }
}
