import type { AgentRequest, GatewayWord, ReplyOrigin, RunOutcome } from '@chela/agent';
import type { ChannelAdapter } from './contract/adapter.ts';
import type { ChannelConnection, IngressAnswer, IngressRoute } from './contract/connection.ts';
import type { InboundEvent } from './contract/inbound.ts';
import type { OutboundAddress, OutboundButton, OutboundPart, SendReceipt } from './contract/outbound.ts';

/** The seams between the rooms of the kernel. `createChannels` wires them. */

/** One account of one channel. */
export interface AccountName {
  readonly channel: string;
  readonly accountId: string;
}

/** The adapters on this machine: facts are read at once, code is loaded when an account starts. */
export interface AdapterCatalog {
  /** Ids in the order of lists. */
  readonly ids: readonly string[];
  /** By id or alias. */
  load(channel: string): Promise<ChannelAdapter | undefined>;
}

/** From the vendor to the agent: rows of the channel inbox and what becomes of them. */
export interface Inbound {
  /** Resolves once the event is written; its processing goes on by itself, in order per conversation. */
  receive(account: AccountName, event: InboundEvent): Promise<'new' | 'repeated'>;
  /** Goes on with what an earlier process left; call once, after the runtime recovered. Resolves with how many rows. */
  recover(): Promise<number>;
  close(): Promise<void>;
}

/** The session of a conversation that is written to from outside of a turn. */
export interface MirrorPlace {
  readonly sessionKey: string;
  readonly agentId: string;
  readonly channel?: string;
  /** The way there, for a session that does not exist yet; absent: such a session is told nothing. */
  readonly route?: {
    readonly to: string;
    readonly from: string;
    readonly accountId: string;
    readonly threadId?: string;
    readonly chatType: 'direct' | 'group' | 'channel';
  };
}

/** Something to send that is no answer of a run, or a piece of one. */
export interface NewSending {
  readonly account: AccountName;
  readonly address: OutboundAddress;
  /** Repeats with the same key make no second message; e.g. the idempotency key of `send`. */
  readonly key: string;
  /** Markdown of the model or a person; formatted and cut by the channel's rules. */
  readonly text?: string;
  /** URLs or paths as written; fetched under the rules for outbound media. */
  readonly mediaUrls?: readonly string[];
  /** Sent as it is beside the text, e.g. a poll. */
  readonly parts?: readonly OutboundPart[];
  readonly buttons?: readonly (readonly OutboundButton[])[];
  readonly replyToId?: string;
  readonly quoteText?: string;
  readonly silent?: boolean;
  readonly asVoice?: boolean;
  readonly asGif?: boolean;
  /** The session and the agent on whose behalf it goes out, for the defender and the transcript. */
  readonly sessionKey?: string;
  readonly agentId?: string;
  /** The session it goes to, which is told once it is delivered; absent: none is. */
  readonly mirror?: MirrorPlace;
  /** Nobody is answered when it fails: one attempt. */
  readonly bestEffort?: boolean;
}

/**
 * A row of the outbox. pending → sending → delivered | pending (again) | ambiguous | dead; ambiguous → delivered | pending |
 * dead; dead → pending when an operator sends it again. Rows of one conversation leave in the order of their ids.
 */
export type DeliveryState = 'pending' | 'sending' | 'ambiguous' | 'delivered' | 'dead';

export interface Delivery extends AccountName {
  readonly id: number;
  readonly address: OutboundAddress;
  readonly state: DeliveryState;
  readonly part: OutboundPart;
  readonly attempts: number;
  readonly createdAt: number;
  readonly nextAttemptAt?: number;
  readonly receipt?: SendReceipt;
  /** Why it is dead, ambiguous or waits. */
  readonly reason?: string;
  readonly runId?: string;
  readonly sessionKey?: string;
}

/** From the agent to the vendor: rows of the outbox and the one place that retries. */
export interface Outbound {
  /** The runtime's hook: writes the answer's rows; a repetition for the same run writes nothing. */
  deliver(request: AgentRequest, outcome: RunOutcome): Promise<void>;
  /** The runtime's hook: writes what the gateway itself says in a request's conversation before the answer. */
  tell(request: AgentRequest, word: GatewayWord): Promise<void>;
  /** Writes rows; they leave when their turn comes. */
  enqueue(sending: NewSending): Promise<readonly Delivery[]>;
  /** Resolves when all of them are delivered or dead, or after `timeoutMs` with how they stand. */
  settled(ids: readonly number[], timeoutMs: number): Promise<readonly Delivery[]>;
  /** What became of a run's answer; as `settled`, with nothing for a run that answered nobody. */
  answered(runId: string, timeoutMs: number): Promise<readonly Delivery[]>;
  /** A short text of the gateway itself to where a message came from: pairing notices, refusals. */
  notify(origin: ReplyOrigin, key: string, text: string): Promise<void>;
  /** An account can send now. */
  wake(account: AccountName): void;
  list(filter: OutboxFilter): Promise<readonly Delivery[]>;
  /** dead or ambiguous → pending. */
  retry(id: number): Promise<Delivery>;
  /** pending, ambiguous or dead → dead, for good. */
  drop(id: number): Promise<Delivery>;
  recover(): Promise<number>;
  close(): Promise<void>;
}

export interface OutboxFilter {
  readonly channel?: string;
  readonly states?: readonly DeliveryState[];
  readonly limit: number;
}

/** The one supervisor of all connections. */
export interface Connections {
  /** The open connection of an account; undefined while there is none. */
  get(account: AccountName): ChannelConnection | undefined;
  /** An account's credential was refused in the middle of work. */
  revoked(account: AccountName, reason: string): void;
  noteOutbound(account: AccountName): void;
}

/** A request to a webhook before anything of it is believed. */
export interface WebhookRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly remoteAddress: string;
  /** Rejects with an IngressRefusal when it is larger or does not come. */
  readBody(maxBytes: number): Promise<Buffer>;
}

/** The shared webhook ingress; the gateway's HTTP server and the adapters' own ports hand requests to it. */
export interface Ingress {
  /** Resolves once requests can come; rejects when a port of its own is taken. */
  add(account: AccountName, route: IngressRoute, signal: AbortSignal): Promise<void>;
  /** Whether a path of the gateway's port belongs to a webhook. */
  claims(path: string): boolean;
  /** `readBody` is only called once the headers may pass. `port`: the own port it came to; absent: the gateway's. */
  handle(request: WebhookRequest, port?: number): Promise<IngressAnswer>;
}
