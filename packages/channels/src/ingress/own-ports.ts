import type { Server } from 'node:http';
import type { Clock, Logger } from '@chela/observability';
import type { IngressAnswer, IngressRoute } from '../contract/connection.ts';
import type { WebhookRequest } from '../kernel.ts';
import { serveWebhook } from './serve-webhook.ts';

type Address = NonNullable<IngressRoute['listen']>;

/** Ports of their own for channels that have them by tradition, e.g. Telegram's 8787. Accounts share one server a port. */
export interface OwnPorts {
  /** Opens the port for as long as `signal` lives; rejects when it is taken. */
  open(address: Address, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface OpenPort {
  readonly listening: Promise<Server>;
  users: number;
}

const HEADERS_TIMEOUT_MS = 10_000;

export function createOwnPorts(deps: {
  readonly handle: (request: WebhookRequest, port: number) => Promise<IngressAnswer>;
  readonly clock: Clock;
  readonly logger: Logger;
}): OwnPorts {
  const open = new Map<number, OpenPort>();
  /** A port is opened again only after its last server is gone. */
  const closing = new Map<number, Promise<void>>();

  async function listen({ host, port }: Address): Promise<Server> {
    await closing.get(port);
    const { createServer } = await import('node:http');
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      if (pathname === '/healthz') {
        response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }).end('ok');
        return;
      }
      const remoteAddress = request.socket.remoteAddress ?? '';
      const exchange = { request, response, remoteAddress };
      serveWebhook(exchange, (incoming) => deps.handle(incoming, port), deps.clock).catch((error: unknown) => {
        deps.logger.error('a webhook could not be answered', { port, error });
        response.destroy();
      });
    });
    server.headersTimeout = HEADERS_TIMEOUT_MS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.on('error', (error) => deps.logger.error('the port of a webhook failed', { port, error }));
    return server;
  }

  function release(port: number): void {
    const entry = open.get(port);
    if (entry === undefined) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    open.delete(port);
    const closed = entry.listening
      .then((server) => {
        const gone = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeAllConnections();
        return gone;
      })
      // It never listened: whoever opened it has heard of that.
      .catch(() => {})
      .finally(() => {
        if (closing.get(port) === closed) closing.delete(port);
      });
    closing.set(port, closed);
  }

  return {
    async open(address, signal) {
      signal.throwIfAborted();
      const { port } = address;
      const entry = open.get(port) ?? { listening: listen(address), users: 0 };
      entry.users += 1;
      open.set(port, entry);
      signal.addEventListener('abort', () => release(port), { once: true });
      try {
        await entry.listening;
      } catch (error) {
        if (open.get(port) === entry) open.delete(port);
        throw error;
      }
    },
    async close() {
      for (const [port, entry] of open) {
        entry.users = 1;
        release(port);
      }
      await Promise.all(closing.values());
    },
  };
}
