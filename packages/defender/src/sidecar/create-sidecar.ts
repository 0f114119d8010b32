/**
 * Watches a gateway from outside: connects as a client, judges what its events are about to do, and comes back after a
 * lost connection (reference defender/defender.md §A, sidecar mode). It sees and says; it cannot stop anything.
 * States: connecting → watching → waiting → connecting … → closed.
 */
import type { Clock } from '@chela/observability';
import type { DefenderService } from '../create-defender-service.ts';
import { extractActionRequest } from '../frame/extract-request.ts';
import { watchedFrame } from './watched-frame.ts';

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

/** An open connection to the gateway that is watched. */
export interface WatchedGateway {
  onEvent(listener: (event: { readonly event: string; readonly payload?: unknown }) => void): () => void;
  /** Resolves with why when the connection has ended. */
  readonly closed: Promise<string>;
  close(): Promise<void>;
}

export type SidecarNews =
  | { readonly kind: 'watching' }
  | { readonly kind: 'waiting'; readonly reason: string; readonly delayMs: number }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface Sidecar {
  /** Resolves when it was closed and everything it had begun is judged. */
  readonly done: Promise<void>;
  close(): void;
}

export function createSidecar(deps: {
  /** Opens a connection whose events can be heard from the first on. */
  readonly connect: () => Promise<WatchedGateway>;
  readonly defender: Pick<DefenderService, 'rule'>;
  readonly onNews: (news: SidecarNews) => void;
  readonly clock: Clock;
}): Sidecar {
  const { defender, onNews, clock } = deps;
  const stop = Promise.withResolvers<'stopped'>();
  const judging = new Set<Promise<void>>();
  let closed = false;
  let count = 0;

  function judge(event: string, payload: unknown): void {
    count += 1;
    const request = extractActionRequest(watchedFrame(event, payload), `frame-${clock.now()}-${count}`);
    if (request === undefined) return;
    const task = defender
      .rule(request)
      .then(() => undefined)
      .catch((error: unknown) => onNews({ kind: 'failed', error }))
      .finally(() => judging.delete(task));
    judging.add(task);
  }

  /** Undefined when it was closed first; a connection that comes too late is closed. */
  async function connected(): Promise<WatchedGateway | undefined> {
    const connecting = deps.connect();
    const first = await Promise.race([connecting, stop.promise]);
    if (first !== 'stopped') return first;
    connecting.then((late) => late.close()).catch(() => undefined);
    return undefined;
  }

  /** Resolves with why the connection ended. */
  async function watch(gateway: WatchedGateway): Promise<string> {
    const unhear = gateway.onEvent(({ event, payload }) => judge(event, payload));
    onNews({ kind: 'watching' });
    try {
      return await Promise.race([gateway.closed, stop.promise]);
    } finally {
      unhear();
      await gateway.close();
    }
  }

  async function wait(delayMs: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    const cancel = clock.after(delayMs, over.resolve);
    await Promise.race([over.promise, stop.promise]);
    cancel();
  }

  async function run(): Promise<void> {
    for (let delayMs = FIRST_RETRY_MS; !closed; delayMs = Math.min(delayMs * 2, LAST_RETRY_MS)) {
      let reason: string;
      try {
        const gateway = await connected();
        if (gateway === undefined) break;
        delayMs = FIRST_RETRY_MS;
        reason = await watch(gateway);
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
      if (closed) break;
      onNews({ kind: 'waiting', reason, delayMs });
      await wait(delayMs);
    }
    await Promise.all(judging);
  }

  return {
    done: run(),
    close() {
      closed = true;
      stop.resolve('stopped');
    },
  };
}
