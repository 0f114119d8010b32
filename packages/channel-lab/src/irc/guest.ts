import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Another person on the server, on a bare socket: says lines and remembers what comes. */
export interface IrcGuest {
  readonly nick: string;
  /** Every line of the server so far, without its end. */
  readonly lines: readonly string[];
  raw(line: string): void;
  say(target: string, text: string): void;
  /** The first line after the last one awaited that has the words in it. */
  hears(words: string | RegExp): Promise<string>;
  close(): Promise<void>;
}

const LINES_LIMIT = 20_000;

export async function joinAsGuest(
  server: { readonly host: string; readonly port: number; readonly password?: string },
  nick: string,
  channels: readonly string[] = [],
  onLine: (line: string) => void = () => undefined,
): Promise<IrcGuest> {
  const socket: Socket = connect(server.port, server.host);
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let awaited = 0;
  createInterface({ input: socket }).on('line', (line) => {
    if (line.startsWith('PING ')) socket.write(`PONG ${line.slice(5)}\r\n`);
    if (lines.length < LINES_LIMIT) lines.push(line);
    onLine(line);
    for (const look of waiting) look();
  });
  const raw = (line: string): void => {
    socket.write(`${line}\r\n`);
  };
  const hears = (words: string | RegExp): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const look = (): void => {
      const at = lines.findIndex(
        (line, index) => index >= awaited && (typeof words === 'string' ? line.includes(words) : words.test(line)),
      );
      if (at < 0) return;
      awaited = at + 1;
      waiting.delete(look);
      resolve(lines[at] ?? '');
    };
    waiting.add(look);
    look();
    return promise;
  };
  if (server.password !== undefined) raw(`PASS ${server.password}`);
  raw(`NICK ${nick}`);
  raw(`USER ${nick} 0 * :${nick}`);
  await hears(' 001 ');
  for (const channel of channels) {
    raw(`JOIN ${channel}`);
    await hears(' 366 ');
  }
  return {
    nick,
    lines,
    raw,
    hears,
    say: (target, text) => raw(`PRIVMSG ${target} :${text}`),
    async close() {
      if (socket.closed) return;
      const closed = once(socket, 'close');
      socket.destroy();
      await closed;
    },
  };
}
