/**
 * Serves the canvas: files an agent makes for people to see, the A2UI renderer, and the reload socket (reference
 * protocol/http.md §6, nodes/browser-canvas-voice.md §B1). Nothing is made or watched before somebody asks.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Config, resolveUserPath, type StatePaths } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import type { HttpGate } from '../auth/bearer.ts';
import type { Peer } from '../auth/peer.ts';
import { isSameSite } from '../auth/same-site.ts';
import { type Exchange, type HttpHandler, isReading, replyBytes, replyPage, replyText } from '../http/exchange.ts';
import { replyStranger } from '../http-api/bearer-gate.ts';
import { refuseUpgrade } from '../server/upgrade.ts';
import { checkCanvasAccess } from './canvas-access.ts';
import { type CanvasFile, openCanvasFile } from './canvas-file.ts';
import { canvasTypeOf, isPage } from './canvas-types.ts';
import { DEFAULT_PAGE } from './default-page.ts';
import { isCanvasOn } from './is-canvas-on.ts';
import { createLiveReload } from './live-reload.ts';
import { withPageScript } from './page-script.ts';

export interface CanvasHostDeps {
  readonly config: () => Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly paths: StatePaths;
  /** Folder of the built A2UI page. */
  readonly a2uiDir: string | undefined;
  readonly gate: HttpGate;
  /** Whether a client of this address is connected and authenticated. */
  readonly isConnected: (ip: string) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface CanvasHost {
  readonly handle: HttpHandler;
  /** Takes an upgrade that is for the reload socket; false leaves it to the protocol socket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, peer: Peer): boolean;
  close(): Promise<void>;
}

const CANVAS_PATH = '/__openclaw__/canvas';
const A2UI_PATH = '/__openclaw__/a2ui';
const SOCKET_PATH = '/__openclaw__/ws';
const NO_STORE = { 'Cache-Control': 'no-store' } as const;
/** Larger pages are served as they are: the script is a comfort, not worth that much memory. */
const PAGE_MAX_BYTES = 8 * 1024 * 1024;
const EMPTY_CANVAS = withPageScript(
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Chela canvas</title><body><p>Nothing here yet: put an index.html into this folder of the canvas.</p></body></html>',
  true,
);

const below = (pathname: string, base: string): boolean => pathname === base || pathname.startsWith(`${base}/`);

export function createCanvasHost(deps: CanvasHostDeps): CanvasHost {
  const { config, paths, logger } = deps;
  const root = (): string => {
    const named = config().canvasHost?.root?.trim();
    return named ? resolveUserPath(named, paths.homeDir) : join(paths.stateDir, 'canvas');
  };
  const isOn = (): boolean => isCanvasOn(config(), deps.env);
  const reloads = (): boolean => isOn() && config().canvasHost?.liveReload !== false;
  let prepared: Promise<void> | undefined;
  /** Once a process: a page that its owner deletes stays deleted. */
  const prepare = (): Promise<void> => {
    prepared ??= ensureRoot(root()).catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    return prepared;
  };
  const liveReload = createLiveReload({ root, clock: deps.clock, logger });

  async function serve(exchange: Exchange): Promise<boolean> {
    const { pathname } = exchange.url;
    const base = [CANVAS_PATH, A2UI_PATH].find((candidate) => below(pathname, candidate));
    if (!isOn() || (base === undefined && pathname !== SOCKET_PATH)) return false;
    if (replyStranger(exchange, await checkCanvasAccess(exchange.peer, deps))) return true;
    if (base === undefined) {
      return reloads() ? replyText(exchange, 426, 'upgrade required') : replyText(exchange, 404, 'not found');
    }
    if (!isReading(exchange)) return replyText(exchange, 405, 'Method Not Allowed');
    const path = pathname.slice(base.length);
    if (base === A2UI_PATH) return serveA2ui(exchange, path);
    await prepare();
    const file = await openCanvasFile(root(), path);
    if (file) return send(exchange, file);
    return path === '' || path.endsWith('/')
      ? replyPage(exchange, 404, EMPTY_CANVAS)
      : replyText(exchange, 404, 'not found');
  }

  async function serveA2ui(exchange: Exchange, path: string): Promise<true> {
    const page = deps.a2uiDir === undefined ? undefined : await openCanvasFile(deps.a2uiDir, '/');
    if (deps.a2uiDir === undefined || !page) return replyText(exchange, 503, 'A2UI assets not found');
    if (path === '' || path === '/') return send(exchange, page);
    await page.handle.close();
    const file = await openCanvasFile(deps.a2uiDir, path);
    return file ? send(exchange, file) : replyText(exchange, 404, 'not found');
  }

  /** Closes the file, whatever happens. */
  async function send(exchange: Exchange, file: CanvasFile): Promise<true> {
    const { handle, path, sizeBytes } = file;
    const type = canvasTypeOf(path);
    try {
      if (isPage(path) && sizeBytes <= PAGE_MAX_BYTES) {
        const page = withPageScript(await handle.readFile('utf8'), reloads());
        return replyBytes(exchange, type, Buffer.from(page, 'utf8'), NO_STORE);
      }
      const { response } = exchange;
      response.writeHead(200, { ...NO_STORE, 'Content-Type': type, 'Content-Length': sizeBytes });
      if (exchange.method === 'HEAD' || sizeBytes === 0) response.end();
      // Never more than was announced, should the file grow meanwhile.
      else await pipeline(handle.createReadStream({ autoClose: false, end: sizeBytes - 1 }), response).catch(noted);
      return true;
    } finally {
      await handle.close();
    }
  }

  /** Viewers may leave before the end. */
  function noted(error: unknown): void {
    logger.debug('a canvas file was not sent to its end', { error });
  }

  async function acceptPage(request: IncomingMessage, socket: Duplex, head: Buffer, peer: Peer): Promise<void> {
    const outcome = await checkCanvasAccess(peer, deps);
    if (outcome === 'unauthorized') return refuseUpgrade(socket, 401);
    if (outcome !== 'allowed') return refuseUpgrade(socket, 429);
    if (!isSameSite(peer, config().gateway?.controlUi?.allowedOrigins ?? [])) return refuseUpgrade(socket, 403);
    if (!liveReload.hasRoom()) return refuseUpgrade(socket, 503);
    await prepare();
    await liveReload.accept(request, socket, head);
  }

  return {
    handle: serve,
    upgrade(request, socket, head, peer) {
      if (!reloads() || request.url?.split('?')[0] !== SOCKET_PATH) return false;
      socket.on('error', () => socket.destroy());
      acceptPage(request, socket, head, peer).catch((error: unknown) => {
        logger.error('a canvas page could not be connected', { error });
        socket.destroy();
      });
      return true;
    },
    close: () => liveReload.close(),
  };
}

/** A canvas nobody has used yet gets a page that says what it is. */
async function ensureRoot(root: string): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  await writeFile(join(root, 'index.html'), DEFAULT_PAGE, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
}
