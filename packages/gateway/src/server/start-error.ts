/** The gateway does not start; the message says what to change. */
export class GatewayStartError extends Error {
  override readonly name = 'GatewayStartError';
}
