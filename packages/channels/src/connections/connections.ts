import type { Config } from '@chela/config';
import type { ChannelAdapter } from '../contract/adapter.ts';
import type { AccountName, Connections } from '../kernel.ts';
import type { AccountView } from './account-runner.ts';

/** The supervisor as the composition sees it; the rooms of the kernel see `Connections` alone. */
export interface ConnectionSupervisor extends Connections {
  /** Opens what the configuration names; connecting goes on by itself. Resolves once every account is known. */
  start(): Promise<void>;
  /** Takes a new configuration over: only accounts whose own settings changed are made anew. */
  apply(next: Config, previous: Config): Promise<void>;
  /** Known accounts in the order of their names. */
  views(channel?: string): readonly AccountView[];
  /** Of a channel that has accounts. */
  adapter(channel: string): ChannelAdapter | undefined;
  noteInbound(account: AccountName): void;
  /** Somebody wants it open, e.g. after a login. False for an unknown account. */
  startAccount(account: AccountName): boolean;
  restartAccount(account: AccountName): boolean;
  /** Stays off until somebody starts it. Resolves once it is closed. */
  stopAccount(account: AccountName): Promise<boolean>;
  subscribe(listener: (view: AccountView) => void): () => void;
  /** Closes every connection, all at once, each with a deadline. */
  close(): Promise<void>;
}
