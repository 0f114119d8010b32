import type { Transport } from './transport.ts';

/** A transport that is loaded with the first request. */
export function createLazyTransport(): Transport {
  let made: Promise<Transport> | undefined;
  return async (request) => {
    made ??= import('./transport.ts').then(({ createTransport }) => createTransport());
    return (await made)(request);
  };
}
