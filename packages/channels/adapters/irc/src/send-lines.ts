import type { Client, IrcLine } from 'irc-framework';
import { ambiguous, refusedSend, SEND_REFUSALS, unreachable } from './errors.ts';
import { foldNick } from './inbound.ts';
import type { createPace } from './pace.ts';

/**
 * Sends lines and waits until the server has taken them. IRC confirms nothing, but it answers in order: a PING behind the
 * lines comes back after everything the server had to say about them. One batch at a time.
 */
export interface LineSender {
  send(target: string, lines: readonly string[], signal: AbortSignal): Promise<void>;
  /** To be told of every line of the server. */
  onLine(line: IrcLine): void;
  /** The connection is gone: whoever waits learns what that means for them. */
  onLost(): void;
}

interface Batch {
  readonly token: string;
  readonly target: string;
  hasLeft: boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export function createLineSender(client: Client, pace: ReturnType<typeof createPace>): LineSender {
  let batch: Batch | undefined;
  let turn: Promise<void> = Promise.resolve();
  let count = 0;
  let isLost = false;

  const sendNow = async (target: string, lines: readonly string[], signal: AbortSignal): Promise<void> => {
    if (isLost) throw unreachable('not connected');
    count += 1;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const own: Batch = { token: `chela-${count}`, target, hasLeft: false, resolve, reject };
    batch = own;
    const onAbort = (): void => reject(own.hasLeft ? ambiguous() : unreachable('the message was called back'));
    signal.addEventListener('abort', onAbort, { once: true });
    const writing = write(own, lines, signal).catch(reject);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      batch = undefined;
      await writing;
    }
  };

  const write = async (own: Batch, lines: readonly string[], signal: AbortSignal): Promise<void> => {
    for (const line of lines) {
      await pace.take(signal);
      if (isLost || batch !== own) return;
      client.raw('PRIVMSG', own.target, line);
      own.hasLeft = true;
    }
    client.raw('PING', own.token);
  };

  return {
    send(to, lines, signal) {
      const sent = turn.then(() => sendNow(to, lines, signal));
      turn = sent.catch(() => undefined);
      return sent;
    },
    onLine({ command, params }) {
      if (batch === undefined) return;
      if (command === 'PONG' && params.at(-1) === batch.token) return batch.resolve();
      const why = SEND_REFUSALS[command];
      if (why !== undefined && foldNick(params[1] ?? '') === foldNick(batch.target)) {
        batch.reject(refusedSend(batch.target, why));
      }
    },
    onLost() {
      isLost = true;
      batch?.reject(batch.hasLeft ? ambiguous() : unreachable('the connection was lost'));
    },
  };
}
