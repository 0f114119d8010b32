/**
 * The fan-out. One counter a process gives each broadcast its `seq` while anybody is connected; the frame is turned
 * into bytes once and the same buffer goes to every socket. A socket that does not read is bounded: above the first
 * mark droppable events skip it, above the contract's limit it is closed (reference protocol/protocol.md §7).
 */
import type { Logger, Metrics } from '@chela/observability';
import { type Grant, MAX_BUFFERED_BYTES, maySeeEvent } from '@chela/protocol';
import type { Broadcast, StateVersion } from './broadcast.ts';

/** A ready connection as the fan-out sees it. */
export interface BroadcastClient extends Grant {
  readonly connId: string;
  readonly caps: ReadonlySet<string>;
  /** Bytes handed over but not yet taken by the operating system. */
  bufferedBytes(): number;
  send(frame: Buffer): void;
  /** Ends the connection because it does not read. */
  dropSlow(): void;
}

export interface BroadcastHub extends Broadcast {
  /** Adds a ready connection; the returned function removes it. */
  attach(client: BroadcastClient): () => void;
  readonly size: number;
}

/**
 * Far below the contract's 52 428 800: what may be dropped is out of date long before so much of it has piled up, and
 * a client that never reads should not cost the gateway fifty megabytes.
 */
const DROP_MARK_BYTES = 2_097_152;

export function createBroadcast(deps: {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Masks secrets of the gateway in a frame's text. */
  readonly redact?: (frame: string) => string;
}): BroadcastHub {
  const redact = deps.redact ?? ((frame: string): string => frame);
  const frameOf = (event: string, payload: unknown, extra: { seq?: number; stateVersion?: StateVersion }): Buffer =>
    Buffer.from(redact(JSON.stringify({ type: 'event', event, payload, ...extra })), 'utf8');
  const clients = new Map<string, BroadcastClient>();
  let seq = 0;

  function closeSlow(client: BroadcastClient): void {
    deps.metrics.count('chela_slow_consumers_total', { action: 'closed' });
    deps.logger.warn('closing a client that does not read', { connId: client.connId, bytes: client.bufferedBytes() });
    client.dropSlow();
  }

  /** True when the frame went out. */
  function deliver(client: BroadcastClient, frame: Buffer, droppable: boolean): boolean {
    const buffered = client.bufferedBytes();
    if (droppable && buffered > DROP_MARK_BYTES) {
      deps.metrics.count('chela_slow_consumers_total', { action: 'skipped' });
      return false;
    }
    if (buffered > MAX_BUFFERED_BYTES) {
      closeSlow(client);
      return false;
    }
    client.send(frame);
    return true;
  }

  return {
    attach(client) {
      clients.set(client.connId, client);
      return () => {
        if (clients.get(client.connId) === client) clients.delete(client.connId);
      };
    },
    get size() {
      return clients.size;
    },
    send(event, payload, { dropIfSlow = false, stateVersion } = {}) {
      if (clients.size === 0) return;
      seq += 1;
      const frame = frameOf(event, payload, { seq, ...(stateVersion && { stateVersion }) });
      let sent = 0;
      for (const client of clients.values()) {
        if (maySeeEvent(client, event) && deliver(client, frame, dropIfSlow)) sent += 1;
      }
      if (sent > 0) deps.metrics.count('chela_events_sent_total', { event }, sent);
    },
    sendTo(connIds, event, payload) {
      let frame: Buffer | undefined;
      let sent = 0;
      for (const connId of connIds) {
        const client = clients.get(connId);
        if (!client) continue;
        frame ??= frameOf(event, payload, {});
        if (deliver(client, frame, false)) sent += 1;
      }
      if (sent > 0) deps.metrics.count('chela_events_sent_total', { event }, sent);
    },
    withCapability(cap) {
      return [...clients.values()].filter((client) => client.caps.has(cap)).map((client) => client.connId);
    },
  };
}
