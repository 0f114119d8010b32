/** A request that ends with a status of its own before a webhook sees it. */
export class IngressRefusal extends Error {
  override readonly name = 'IngressRefusal';
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, message: string, options: { readonly retryAfterSeconds?: number } = {}) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
