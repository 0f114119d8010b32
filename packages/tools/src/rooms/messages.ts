import type { ToolOrigin } from '../tool.ts';

/** A call of the message tool. */
export interface MessageCall {
  readonly action: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Where the message being answered came from; absent: a local operator. */
  readonly origin: ToolOrigin | undefined;
  /** Empty: an operator's own call, which may poll wherever the channel can (reference channels/framework.md §18). */
  readonly agentId: string;
  readonly sessionKey: string;
  readonly runId: string;
  /** The same for every attempt of one call: what it sends is sent once. */
  readonly callId: string;
  readonly signal: AbortSignal;
}

/** The channels, for the message tool. */
export interface MessageRoom {
  /** Names of the actions that are open on a channel, or on all of them; empty when there is none. */
  actions(channel: string | undefined): readonly string[];
  /** Whether messages may carry buttons there. */
  hasButtons(channel: string | undefined): boolean;
  /** Resolves with the tool's result; rejects with what the model should read. */
  perform(call: MessageCall): Promise<Readonly<Record<string, unknown>>>;
}
