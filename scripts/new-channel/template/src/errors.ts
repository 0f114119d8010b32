import { ChannelError, type ChannelErrorClass } from '@chela/channels/adapter';

/** The vendor's own answer that it will not do what was asked. */
export class VendorRefusal extends Error {
  override readonly name = 'VendorRefusal';
  readonly status: number;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, message: string, retryAfterMs?: number) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Failures of the network before a byte of the request left this machine. */
const NEVER_LEFT: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'];

/** What went wrong, in the kernel's terms. Who does not know whether a request arrived says `ambiguous`. */
export function toChannelError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  if (error instanceof VendorRefusal) {
    const { status, message, retryAfterMs } = error;
    return new ChannelError(classOf(status), `NewChannel: ${status} ${message}`, {
      cause: error,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
  const code = networkCode(error);
  const errorClass = code !== undefined && NEVER_LEFT.includes(code) ? 'unreachable' : 'ambiguous';
  return new ChannelError(errorClass, `NewChannel: no answer${code === undefined ? '' : ` (${code})`}`, {
    cause: error,
  });
}

function classOf(status: number): ChannelErrorClass {
  if (status === 401) return 'unauthorized';
  return status === 429 || status >= 500 ? 'busy' : 'refused';
}

/** The built-in fetch wraps the socket's error. */
function networkCode(error: unknown): string | undefined {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error) || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}
