/** The vendor's wire: the one file that knows its addresses and shapes. What comes from outside is checked here. */
import { ChannelError } from '@chela/channels/adapter';
import type { AccountSettings } from './settings.ts';

export interface Self {
  readonly id: string;
  readonly name: string;
}

/** What the vendor tells of: a message somebody wrote. */
export interface Update {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly chat: { readonly id: string; readonly isGroup: boolean; readonly title?: string };
  readonly from: Self;
  readonly text: string;
  /** Ids of people the message names. */
  readonly mentions: readonly string[];
}

/** A message on its way to the vendor. */
export interface Outgoing {
  readonly to: string;
  readonly text: string;
  /** The same for every attempt. */
  readonly key: string;
}

/** Rejects with a VendorRefusal when the vendor says no, else with the transport's error. */
export interface Api {
  whoAmI(signal: AbortSignal): Promise<Self>;
  /** Waits for news behind the cursor, and tells the vendor that everything up to it was taken. */
  updates(
    cursor: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly updates: readonly Update[]; readonly cursor: string | undefined }>;
  /** Resolves with the vendor's id of the message. */
  send(message: Outgoing, signal: AbortSignal): Promise<string>;
}

/** Load the vendor's library here, with `await import('…')`. */
export async function createApi(_settings: AccountSettings): Promise<Api> {
  throw new ChannelError('refused', 'NewChannel: src/api.ts is not written yet');
}
