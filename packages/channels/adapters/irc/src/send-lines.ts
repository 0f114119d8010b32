import type { Client, IrcLine } from 'irc-framework';
import { ambiguous, refusedSend, SEND_REFUSALS, unreachable } from './errors.ts';
import { foldNick, isSameNick } from './inbound.ts';
import type { createPace } from './pace.ts';

/**
 * Sends lines and waits until the server has taken them. IRC confirms nothing, but it answers in order: a PING behind the
 * lines comes back after everything the server had to say about them. A server with `echo-message` gives each line back as
 * it passed it on, so that a line that is cut behind the last echo leaves no doubt. One batch at a time.
 */
export interface LineSender {
  /** Resolves with the server's id of the last line, where it gives one. */
  send(target: string, lines: readonly string[], signal: AbortSignal): Promise<string | undefined>;
  /** To be told of every line of the server. */
  onLine(line: IrcLine): void;
  /** The connection is gone: whoever waits learns what that means for them. */
  onLost(): void;
}

interface Batch {
  readonly token: string;
  readonly target: string;
  hasLeft: boolean;
  /** Lines that the server has not given back. */
  readonly unechoed: string[];
  readonly resolve: (messageId: string | undefined) => void;
  readonly reject: (error: Error) => void;
}

export function createLineSender(
  client: Pick<Client, 'raw' | 'user'>,
  pace: ReturnType<typeof createPace>,
): LineSender {
  let batch: Batch | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let count = 0;
  let isLost = false;

  const sendNow = async (
    target: string,
    lines: readonly string[],
    signal: AbortSignal,
  ): Promise<string | undefined> => {
    if (isLost) throw unreachable('not connected');
    count += 1;
    const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
    const own: Batch = { token: `chela-${count}`, target, hasLeft: false, unechoed: [...lines], resolve, reject };
    batch = own;
    const onAbort = (): void => reject(own.hasLeft ? ambiguous() : unreachable('the message was called back'));
    signal.addEventListener('abort', onAbort, { once: true });
    const writing = write(own, lines, signal).catch(reject);
    try {
      return await promise;
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
    onLine({ command, params, nick, tags }) {
      if (batch === undefined) return;
      if (command === 'PONG' && params.at(-1) === batch.token) return batch.resolve(undefined);
      if (command === 'PRIVMSG' && isSameNick(nick, client.user.nick)) {
        const [target = '', text] = params;
        if (foldNick(target) !== foldNick(batch.target) || batch.unechoed[0] !== text) return;
        batch.unechoed.shift();
        if (batch.unechoed.length === 0) batch.resolve(tags.msgid);
        return;
      }
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
