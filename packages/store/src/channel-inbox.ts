/**
 * What arrived on channels and became of it (design rule 4): received → routed → handed | declined | failed. A row is
 * written before the vendor is told that its message arrived; messages that are answered together are routed together,
 * under the run id that will answer them.
 */

export type ChannelMessageState = 'received' | 'routed' | 'handed' | 'declined' | 'failed';

/** A conversation of an account; `conversation` holds the thread as well. */
export interface ChannelConversation {
  readonly channel: string;
  readonly accountId: string;
  readonly conversation: string;
}

export interface ChannelMessageRow extends ChannelConversation {
  /** Order of arrival. */
  readonly id: number;
  readonly messageId: string;
  readonly state: ChannelMessageState;
  /** Why it was declined or failed. */
  readonly reason?: string;
  /** JSON; absent once it was pruned. */
  readonly event?: unknown;
  readonly runId?: string;
  /** JSON; on the last row of a batch. */
  readonly plan?: unknown;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
}

export interface ChannelInbox {
  /** `created: false` for a message that is known already. */
  accept(
    message: ChannelConversation & { readonly messageId: string; readonly event: unknown },
  ): Promise<{ readonly created: boolean; readonly id: number }>;
  /** received → routed for all messages of a batch in one transaction; the plan stands on the last. */
  route(ids: readonly number[], runId: string, plan: unknown): Promise<void>;
  /** received|routed → handed | declined | failed. Rows that have ended already stay as they are. */
  end(ids: readonly number[], state: 'handed' | 'declined' | 'failed', reason?: string): Promise<void>;
  /** received and routed rows of earlier processes, oldest first. */
  unfinished(): Promise<readonly ChannelMessageRow[]>;
  /** Events that were declined for `reason` in a conversation before row `before` and after the last message there that was routed; the newest `limit`, oldest first. */
  skipped(
    conversation: ChannelConversation,
    query: { readonly reason: string; readonly before: number; readonly limit: number },
  ): Promise<readonly unknown[]>;
  depths(): Promise<{ readonly received: number; readonly routed: number }>;
  /** Forgets what messages said after a while, and later that they were there; a bounded piece of work. Returns how many rows changed. */
  prune(): Promise<number>;
}
