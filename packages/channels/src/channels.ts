import type { ChannelDescription, Config } from '@chela/config';
import type { MessageRoom } from '@chela/tools';
import type { LinkAccount } from './accounts/link-account.ts';
import type { SendEnd } from './actions/send-through.ts';
import type { ConnectionSupervisor } from './connections/connections.ts';
import type { ChannelAdapter } from './contract/adapter.ts';
import type { OutboundAddress } from './contract/outbound.ts';
import type { AccountName, AdapterCatalog, Inbound, Ingress, NewSending, Outbound } from './kernel.ts';
import type { StatusReader } from './status/channels-status.ts';

/** A message or a poll that somebody asks for from outside of a turn, and waits for. */
export interface SendRequest extends Omit<NewSending, 'account'> {
  readonly adapter: ChannelAdapter;
  /** Absent: the channel's default account. */
  readonly accountId?: string;
  /** The session of the conversation at the address is told once it is delivered. */
  readonly mirrorsTarget?: boolean;
  /** Milliseconds to wait for the vendor's receipt. */
  readonly timeoutMs: number;
}

/** What a logout did. */
export interface Logout {
  readonly accountId: string;
  /** There was something to forget. */
  readonly cleared: boolean;
  /** The credential is in the environment, where nobody here takes it away. */
  readonly envToken: boolean;
  /** Nothing is left that the account could log in with. */
  readonly loggedOut: boolean;
  /** Members of the configuration to take away. */
  readonly removePaths: readonly (readonly string[])[];
}

/** All channels of a gateway. Made when the first one is configured; closed with the gateway. */
export interface Channels extends StatusReader {
  readonly catalog: AdapterCatalog;
  readonly connections: ConnectionSupervisor;
  readonly inbound: Inbound;
  readonly outbound: Outbound;
  readonly ingress: Ingress;
  /** For the message tool. */
  readonly messages: MessageRoom;
  /** Goes on with what an earlier process left; call once, after the runtime recovered. Resolves with how many rows. */
  recover(): Promise<{ readonly received: number; readonly unsent: number }>;
  /** Opens the connections; that goes on in the background. */
  start(): Promise<void>;
  /** Takes a new configuration over. */
  apply(next: Config, previous: Config): Promise<void>;
  /** A configured channel by id or alias. */
  find(name: string): ChannelAdapter | undefined;
  /** Ids of the configured channels. */
  ids(): readonly string[];
  /** The configured channels, as the configuration's form shows them. */
  descriptions(): readonly ChannelDescription[];
  /** The account for what names none. */
  defaultAccount(channel: string): string;
  /** Whether an account of a channel is configured. */
  hasAccount(account: AccountName): boolean;
  /** The address of a target that is written as an id. Throws UnknownTargetError. */
  address(adapter: ChannelAdapter, target: string): OutboundAddress;
  /** Throws SendFailedError when it will not happen. */
  send(request: SendRequest): Promise<SendEnd>;
  readonly linkAccount: LinkAccount;
  /** Stops an account and has its adapter forget what a login left; undefined when the channel has no logout. */
  logout(account: AccountName): Promise<Logout | undefined>;
  subscribe(listener: () => void): () => void;
  /** No new messages from here on; answers still leave. */
  quiesce(): Promise<void>;
  /** The end, once nothing answers any more. */
  close(): Promise<void>;
}
