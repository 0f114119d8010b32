import type { Config } from '@chela/config';
import { DEFAULT_PORT } from '@chela/protocol';
import { type Peer, parseHost } from '../auth/peer.ts';
import { isCanvasOn } from '../canvas/is-canvas-on.ts';

/**
 * Where a client finds the canvas; undefined when it is switched off (reference protocol/protocol.md §2.6). Behind the
 * default port the port is the one the client used, because that is the usual place for a proxy or a port forward.
 */
export function canvasHostUrl(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  at: { readonly peer: Peer; readonly localAddress: string; readonly port: number; readonly hasTls: boolean },
): string | undefined {
  if (!isCanvasOn(config, env)) return undefined;
  const isForwardedTls = at.peer.header('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';
  const scheme = at.hasTls || isForwardedTls ? 'https' : 'http';
  const host = parseHost(at.peer.host);
  const name = host?.name ?? at.localAddress;
  const defaultPort = scheme === 'https' ? '443' : '80';
  const port = at.port === DEFAULT_PORT && host ? host.port || defaultPort : String(at.port);
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
