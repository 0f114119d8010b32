import type { Env } from '@chela/config';
import type { ChannelConnection, ConnectionPort } from './connection.ts';
import type { ChannelFacts } from './facts.ts';
import type { InboundConversation, InboundSender } from './inbound.ts';
import type { OutboundAddress } from './outbound.ts';

/**
 * A channel, whole. An adapter is a package of its own that default-exports one of these; it imports nothing of Chela but
 * `@chela/channels`, and its vendor's library only inside `connect` and `probe`. The kernel does everything else: dedupe,
 * access, pairing, mentions, history, routing, formatting, chunking, order, retries, status, supervision.
 */
export interface ChannelAdapter {
  readonly facts: ChannelFacts;
  /** JSON Schema of `channels.<id>`; the configuration, the documentation and the page's form are made from it. */
  readonly configSchema: Readonly<Record<string, unknown>>;
  readonly targets: TargetSyntax;
  readonly allowlist: AllowlistSyntax;
  /** Why buttons may not go to an address under an account's settings; undefined: they may. Absent: they always may. */
  buttonProblem?(settings: Readonly<Record<string, unknown>>, address: OutboundAddress): string | undefined;
  /** The target under which somebody who was paired by this id can be written to; absent: the id itself. */
  pairingTarget?(id: string): string;
  /** Reads one account from its merged settings; nothing is opened and no vendor code is loaded. */
  readAccount(input: AccountInput): Promise<AccountReading>;
  /** Links an account by a code that the person's phone reads; for channels whose `login` is `qr`. */
  readonly qrLogin?: QrLogin;
  /** Members of an account's snapshot alone, from its settings; `shown` stands in the channel's summary as well. */
  details?(input: AccountInput): Readonly<Record<string, unknown>>;
  /** What an operator should mend, from the settings alone and from a probe's result when there is one. */
  issues?(input: AccountInput, probe: unknown): readonly ChannelIssue[];
}

export interface AccountInput {
  readonly accountId: string;
  /** `channels.<id>` without `accounts`, overlaid key by key with the account's own (reference channels/framework.md §2). */
  readonly settings: Readonly<Record<string, unknown>>;
  /** `channels.<id>` without `accounts`, for what is merged deeper than key by key; absent: the same as `settings`. */
  readonly section?: Readonly<Record<string, unknown>>;
  /** The account's own entry alone, for what is not inherited; absent for an account that is the section itself. */
  readonly own?: Readonly<Record<string, unknown>>;
  /** Of the process; its variables count for the account `default` alone. */
  readonly env: Env;
  /** Reads a small text file that holds a secret; undefined when it is missing or empty. */
  readonly readSecretFile: (path: string) => Promise<string | undefined>;
}

export type AccountReading =
  | { readonly state: 'unconfigured'; readonly reason: string; readonly shown: Readonly<Record<string, unknown>> }
  | {
      readonly state: 'ready';
      /** Two accounts with the same one are refused: one poller a token. Never shown or logged. */
      readonly identity: string;
      /** What must be redacted wherever it appears. */
      readonly secrets: readonly string[];
      /** Members of the account's status snapshot, e.g. `{ tokenSource: 'config', mode: 'polling' }`. */
      readonly shown: Readonly<Record<string, unknown>>;
      /** Opens the account. Rejects with a ChannelError; resolves once messages can come and go. */
      connect(port: ConnectionPort): Promise<ChannelConnection>;
      /** Asks the vendor who we are, without a connection; the result is shown as it is, `{ ok, … }`. */
      probe?(timeoutMs: number): Promise<Readonly<Record<string, unknown>> & { readonly ok: boolean }>;
      /**
       * Forgets what a login left behind, for `channels logout`. Resolves with the config keys to remove; `remainsIn`: the
       * credential stands where it is not ours to take it away.
       */
      logout?(): Promise<{ readonly removeKeys: readonly string[]; readonly remainsIn?: 'env' | 'file' }>;
    };

/** A login in two steps: a code to show, then what became of it. The account is closed meanwhile. */
export interface QrLogin {
  /** `force`: also when the account is linked already. Resolves with the code as a data URL, or why there is none. */
  start(
    input: AccountInput,
    options: { readonly force: boolean; readonly timeoutMs: number },
  ): Promise<{ readonly qrDataUrl?: string; readonly message: string }>;
  /** Resolves once the phone has read the code, or after `timeoutMs`. */
  wait(
    input: AccountInput,
    options: { readonly timeoutMs: number },
  ): Promise<{ readonly connected: boolean; readonly message: string }>;
}

/** How people and models write where a message should go. */
export interface TargetSyntax {
  /** What a target looks like, e.g. `<chatId>`. */
  readonly hint: string;
  /** The address in its canonical writing; undefined when the text is none of this channel. */
  read(target: string): OutboundAddress | undefined;
  /** Whether the text is an id, so that no directory is asked. */
  looksLikeId(target: string): boolean;
  /** The conversation at an address, as messages from there name it; undefined when the address does not tell. */
  conversationAt?(address: OutboundAddress): InboundConversation | undefined;
  /** With the channel's name, as `To` and `chat_id` show it, e.g. `telegram:4242`. */
  write(address: OutboundAddress): string;
}

/** How allowlists name people. */
export interface AllowlistSyntax {
  /** An entry in its canonical writing; undefined when it can never match anybody (an operator is warned). */
  readEntry(entry: string): string | undefined;
  /** All writings of a sender that an entry may have, canonical. The first is the one that pairing stores. */
  writingsOf(sender: InboundSender): readonly string[];
}

export interface ChannelIssue {
  readonly kind: 'intent' | 'permissions' | 'config' | 'auth' | 'runtime';
  readonly message: string;
  readonly fix?: string;
}

/** Checks at compile time that a module is a channel, and gives it back. */
export function defineChannel(adapter: ChannelAdapter): ChannelAdapter {
  return adapter;
}
