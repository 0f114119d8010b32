import type { Clock, Logger } from '@chela/observability';
import type { InboundAttachment, InboundEvent } from './inbound.ts';
import type { OutboundAddress, OutboundPart, RenderedText, SendReceipt } from './outbound.ts';

/** How a connection ended. Only `lost` is tried again; the others wait for the operator, who is told on another way. */
export type ConnectionEnd =
  | { readonly kind: 'closed' }
  | { readonly kind: 'lost'; readonly error: Error }
  | { readonly kind: 'revoked' | 'loggedOut' | 'misconfigured'; readonly reason: string };

/** A request of a webhook; the kernel has checked path, size, rate, signature, time window and repetition. */
export interface IngressRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface IngressAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A webhook of an account on the shared ingress. */
export interface IngressRoute {
  /** A listener of its own, shared by all routes that name it, with `/healthz`; absent: the gateway's HTTP server. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** Absolute path, e.g. `/telegram-webhook`. Several accounts may share one; the one whose `verify` accepts takes the request. */
  readonly path: string;
  /** Methods it takes; absent: POST. */
  readonly methods?: readonly string[];
  readonly maxBytes: number;
  /** Headers alone, before the body is read; absent: the body is needed. */
  readonly verifyHeaders?: (headers: Readonly<Record<string, string>>) => boolean;
  readonly verify: (request: IngressRequest) => boolean;
  /** The vendor's id of the delivery for the replay guard, and its time in milliseconds; absent: the inbox dedupes alone. */
  readonly delivery?: (request: IngressRequest) => { readonly id?: string; readonly at?: number };
  /** Writes what arrived with `receive` and answers; the answer leaves after the rows are written. */
  handle(request: IngressRequest): Promise<IngressAnswer>;
}

/** What the kernel gives an open connection. Everything it starts ends with `signal`. */
export interface ConnectionPort {
  readonly channel: string;
  readonly accountId: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly clock: Clock;
  /** `<state>/<channel>/`: small files that the original keeps there too, e.g. update offsets. */
  readonly folder: string;
  /** Resolves once the event is in the inbox; only then it is acknowledged to the vendor. */
  receive(event: InboundEvent): Promise<'new' | 'repeated'>;
  /** Traffic of any kind was seen: the connection is not half open. */
  alive(): void;
  /** The transport went down or came up while the connection looks after it itself. */
  connected(isConnected: boolean): void;
  /** Commands for the vendor's own menu, at most as many as it takes. */
  nativeCommands(): Promise<readonly { readonly name: string; readonly description: string }[]>;
  /** Opens a webhook; it closes with `signal`. Resolves once requests can come; rejects when the port is taken. */
  ingress(route: IngressRoute): Promise<void>;
}

/** What a send is told about itself. */
export interface SendAttempt {
  /** The same for every attempt of one part; goes along where the vendor takes an idempotency key. */
  readonly key: string;
  readonly signal: AbortSignal;
}

/** An account that is connected. Methods throw ChannelError; those that a channel cannot do are absent. */
export interface ChannelConnection {
  readonly self: { readonly id: string; readonly name?: string; readonly username?: string };
  readonly ended: Promise<ConnectionEnd>;
  /**
   * Without any sign of life (`ConnectionPort.alive`) for so many milliseconds the connection is half open and made anew.
   * Absent: the vendor may be silent for ever.
   */
  readonly silenceMs?: number;
  /** Resolves with the vendor's receipt and with nothing else. */
  send(address: OutboundAddress, part: OutboundPart, attempt: SendAttempt): Promise<SendReceipt>;
  /**
   * Looks whether a part that was sent without a receipt arrived. What cannot be told leaves the row to the operator, who
   * reads why.
   */
  reconcile?(
    address: OutboundAddress,
    part: OutboundPart,
    known: {
      readonly inboundMessageId?: string;
      /** Those before it in its conversation, newest last. */
      readonly receipts: readonly SendReceipt[];
      /** The newest of the account that came before the part was ready to be sent, also of other conversations. */
      readonly earlier?: readonly SendReceipt[];
      /** The newest of the account, also of other conversations and of later messages. */
      readonly newest?: readonly SendReceipt[];
    },
    signal: AbortSignal,
  ): Promise<SendReceipt | 'absent' | { readonly unknown: string }>;
  /** The draft of an answer while it is written: plain text, no retry. The final text is an `edit` part. */
  draft?(address: OutboundAddress, text: RenderedText, messageId: string): Promise<void>;
  /** Shown for some seconds; the kernel repeats it. */
  typing?(address: OutboundAddress, what: 'text' | 'voice'): Promise<void>;
  /** `emoji` undefined takes the reaction away. */
  react?(address: OutboundAddress, messageId: string, emoji: string | undefined): Promise<void>;
  /** An action of the message tool that is not a send; resolves with the tool's JSON result. */
  act?(action: string, params: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<unknown>;
  /** Writes the file to `path`; refuses more than `maxBytes` with a ChannelError of class `refused`. */
  fetchAttachment?(
    attachment: InboundAttachment,
    options: { readonly path: string; readonly maxBytes: number; readonly signal: AbortSignal },
  ): Promise<{ readonly mimeType?: string; readonly fileName?: string }>;
  /** What models saw on files that come again and again, e.g. stickers; kept over restarts. */
  readonly fileWords?: {
    find(attachment: InboundAttachment): Promise<string | undefined>;
    keep(attachment: InboundAttachment, words: string): Promise<void>;
  };
  /** People and groups, for `directory` and for names as targets. */
  directory?(kind: 'self' | 'peers' | 'groups' | 'members', query: DirectoryQuery): Promise<readonly DirectoryEntry[]>;
  close(): Promise<void>;
}

export interface DirectoryQuery {
  readonly text?: string;
  readonly groupId?: string;
  readonly limit: number;
}

export interface DirectoryEntry {
  readonly kind: 'user' | 'group' | 'channel';
  readonly id: string;
  readonly name?: string;
  readonly handle?: string;
  readonly avatarUrl?: string;
}
