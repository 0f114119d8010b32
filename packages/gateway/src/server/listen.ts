import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '@chela/observability';
import type { BindPlan } from './bind.ts';
import { GatewayStartError } from './start-error.ts';

export interface Listeners {
  readonly port: number;
  /** Addresses that are listened on. */
  readonly hosts: readonly string[];
  /** Takes no new connections and ends those that are left. */
  close(): Promise<void>;
}

/** What a TLS port shows to its clients. */
export interface PortTls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string | undefined;
}

export interface PortHandlers {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

async function createPortServer(handlers: PortHandlers, tls: PortTls | undefined): Promise<Server> {
  const listener = (request: IncomingMessage, response: ServerResponse): void => handlers.request(request, response);
  if (!tls) return createServer(listener);
  const { createServer: createTlsServer } = await import('node:https');
  const { ca, ...pair } = tls;
  return createTlsServer({ ...pair, ...(ca !== undefined && { ca }), minVersion: 'TLSv1.3' }, listener);
}

async function listenOn(host: string, port: number, handlers: PortHandlers, tls: PortTls | undefined): Promise<Server> {
  const server = await createPortServer(handlers, tls);
  server.on('upgrade', (request, socket, head) => handlers.upgrade(request, socket, head));
  server.listen({ host, port, ipv6Only: host.includes(':') });
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a listening server has no port');
  return address.port;
}

/** Listens as planned; `port` 0 takes any free one. A second address that does not work is only logged. */
export async function listen(
  plan: BindPlan,
  port: number,
  handlers: PortHandlers,
  { tls, logger }: { readonly tls: PortTls | undefined; readonly logger: Logger },
): Promise<Listeners> {
  const scheme = tls ? 'wss' : 'ws';
  let first: { readonly host: string; readonly server: Server } | undefined;
  let failure: unknown;
  for (const host of plan.hosts) {
    try {
      first = { host, server: await listenOn(host, port, handlers, tls) };
      break;
    } catch (error) {
      if (codeOf(error) === 'EADDRINUSE') {
        throw new GatewayStartError(`another gateway instance is already listening on ${scheme}://${host}:${port}`, {
          cause: error,
        });
      }
      failure = error;
    }
  }
  if (!first) {
    const reason = failure instanceof Error ? failure.message : String(failure);
    throw new GatewayStartError(`cannot listen on ${plan.hosts.join(' or ')} port ${port}: ${reason}`, {
      cause: failure,
    });
  }
  const actualPort = portOf(first.server);
  const bound = [first];
  if (plan.alsoHost !== undefined && first.host !== '0.0.0.0') {
    try {
      bound.push({ host: plan.alsoHost, server: await listenOn(plan.alsoHost, actualPort, handlers, tls) });
    } catch (error) {
      logger.debug('not listening on a second loopback address', { host: plan.alsoHost, reason: codeOf(error) });
    }
  }
  return {
    port: actualPort,
    hosts: bound.map(({ host }) => host),
    async close() {
      await Promise.all(
        bound.map(async ({ server }) => {
          const closed = once(server, 'close');
          server.close();
          server.closeAllConnections();
          await closed;
        }),
      );
    },
  };
}
