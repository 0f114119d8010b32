/**
 * Tells open canvas pages to load again when a file of the canvas changed. Owns the sockets and the watcher; the folder is
 * watched only while a page is open. What dot files and `node_modules` do is nobody's news.
 */
import type { IncomingMessage } from 'node:http';
import { relative } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Clock, Logger } from '@chela/observability';
import { CLOSE, SERVICE_RESTART_REASON } from '@chela/protocol';
import type { FSWatcher } from 'chokidar';
import type { WebSocket, WebSocketServer } from 'ws';

export interface LiveReload {
  /** False when there are too many pages already. */
  readonly hasRoom: () => boolean;
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  close(): Promise<void>;
}

const PAGES_LIMIT = 256;
const SETTLE_MS = 75;
const DEBOUNCE_MS = 75;
/** Pages have nothing to say. */
const MESSAGE_MAX_BYTES = 1_024;

export function createLiveReload(deps: {
  readonly root: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
}): LiveReload {
  const pages = new Set<WebSocket>();
  let server: Promise<WebSocketServer> | undefined;
  let watcher: Promise<FSWatcher> | undefined;
  let cancel = (): void => {};
  let closed = false;

  const reload = (): void => {
    for (const page of pages) if (page.bufferedAmount === 0) page.send('reload');
  };
  const changed = (): void => {
    cancel();
    cancel = deps.clock.after(DEBOUNCE_MS, reload);
  };

  async function watch(): Promise<FSWatcher> {
    const { watch: watchFiles } = await import('chokidar');
    const root = deps.root();
    const watching = watchFiles(root, {
      ignoreInitial: true,
      followSymlinks: false,
      awaitWriteFinish: { stabilityThreshold: SETTLE_MS, pollInterval: 25 },
      ignored: (path) =>
        relative(root, path)
          .split(/[\\/]/)
          .some((name) => /^\.[^.]/.test(name) || name === 'node_modules'),
    });
    watching.on('all', changed);
    watching.on('error', (error) => deps.logger.warn('the canvas folder cannot be watched', { error }));
    return watching;
  }

  async function unwatch(): Promise<void> {
    const watching = watcher;
    watcher = undefined;
    cancel();
    await (await watching)?.close();
  }

  async function open(): Promise<WebSocketServer> {
    const { WebSocketServer } = await import('ws');
    return new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MESSAGE_MAX_BYTES });
  }

  function leave(page: WebSocket): void {
    pages.delete(page);
    if (pages.size > 0 || closed) return;
    unwatch().catch((error: unknown) => deps.logger.warn('the canvas watcher did not close', { error }));
  }

  return {
    hasRoom: () => pages.size < PAGES_LIMIT,
    async accept(request, socket, head) {
      server ??= open();
      const accepting = await server;
      if (closed) {
        socket.destroy();
        return;
      }
      accepting.handleUpgrade(request, socket, head, (page) => {
        pages.add(page);
        page.on('error', (error) => deps.logger.debug('a canvas page failed', { error }));
        page.on('close', () => leave(page));
        watcher ??= watch();
      });
    },
    async close() {
      closed = true;
      for (const page of pages) {
        page.close(CLOSE.serviceRestart, SERVICE_RESTART_REASON);
        page.terminate();
      }
      await unwatch();
      (await server)?.close();
    },
  };
}
