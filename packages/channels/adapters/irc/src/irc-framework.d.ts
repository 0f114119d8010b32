/** The parts of irc-framework that are used here; the library ships no types. */
declare module 'irc-framework' {
  /** A line of the server, parsed. */
  export interface IrcLine {
    /** Upper-case word or three digits. */
    readonly command: string;
    readonly params: readonly string[];
    readonly nick: string;
    readonly ident: string;
    readonly hostname: string;
    readonly tags: Readonly<Record<string, string>>;
  }

  export interface MessageEvent {
    readonly nick: string;
    readonly ident: string;
    readonly hostname: string;
    readonly target: string;
    readonly message: string;
    readonly tags: Readonly<Record<string, string>>;
    /** Milliseconds since the epoch. */
    readonly time?: number;
    readonly account?: string;
    readonly from_server?: boolean;
  }

  export interface ConnectOptions {
    readonly host: string;
    readonly port: number;
    readonly tls: boolean;
    readonly rejectUnauthorized: boolean;
    readonly nick: string;
    readonly username: string;
    readonly gecos: string;
    readonly password?: string;
    readonly account?: { readonly account: string; readonly password: string };
    readonly version: string;
    readonly enable_echomessage: boolean;
    readonly auto_reconnect: boolean;
    /** Seconds. */
    readonly ping_interval: number;
    readonly ping_timeout: number;
    readonly transport: new (options: ConnectOptions) => unknown;
  }

  interface RawMiddleware {
    use(
      handler: (command: string, line: IrcLine, raw: string, client: Client, next: (error?: Error) => void) => void,
    ): void;
  }

  export class Client {
    readonly user: { readonly nick: string; readonly username: string; readonly host: string };
    readonly connection: { end(line: string | null, hadError: boolean): void };
    readonly network: { readonly cap: { isEnabled(name: string): boolean } };
    connect(options: ConnectOptions): void;
    use(middleware: (client: Client, raw: RawMiddleware) => void): this;
    raw(...parts: readonly string[]): void;
    join(channel: string): void;
    changeNick(nick: string): void;
    quit(message: string): void;
    on(event: 'privmsg' | 'action', listener: (event: MessageEvent) => void): this;
    on(event: 'registered', listener: (event: { readonly nick: string }) => void): this;
    on(event: 'socket close', listener: (error: Error | false | undefined) => void): this;
    on(event: 'close', listener: () => void): this;
    on(event: 'raw', listener: (event: { readonly from_server: boolean }) => void): this;
    on(event: 'nick', listener: (event: { readonly nick: string; readonly new_nick: string }) => void): this;
    removeAllListeners(): this;
  }
}

declare module 'irc-framework/src/transports/net.js' {
  import type { ConnectOptions } from 'irc-framework';

  /** The TCP and TLS transport of the library. */
  export default class NetTransport {
    incoming_buffer: Buffer;
    constructor(options: ConnectOptions);
    onSocketData(data: Buffer): void;
    close(force: boolean): void;
  }
}
