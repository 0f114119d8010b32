import type { DeliveryPlace } from '@chela/agent';

/** Something to tell a person outside a turn. */
export interface Announcement {
  /** The same whenever this announcement is made: a repetition, also by a later process, tells nobody twice. */
  readonly key: string;
  readonly agentId: string;
  /** A channel id, or `last`: where the person wrote to the agent last. */
  readonly channel: string;
  readonly to?: string;
  readonly accountId?: string;
  readonly text: string;
  readonly mediaUrls: readonly string[];
  /** How long the vendor's receipt is waited for, in milliseconds; absent: half a minute. It is sent either way. */
  readonly waitMs?: number;
}

/** Hands an announcement to a channel. The seam between schedules and the ways out; `send` uses the same channels. */
export interface Announcer {
  /** The channel that `channel` means for an agent; undefined for `none`, the web chat and an agent nobody wrote to. */
  target(wish: {
    readonly agentId: string;
    readonly channel: string;
  }): Promise<{ readonly channel: string; readonly to?: string; readonly accountId?: string } | undefined>;
  /** The place of a channel where an announcement would go; undefined for the web chat and where it would be refused. */
  place(wish: Pick<Announcement, 'agentId' | 'channel' | 'to' | 'accountId'>): Promise<DeliveryPlace | undefined>;
  /** Resolves with where it went; throws with the contract's words when no channel takes it, e.g. `Unsupported channel: telegram`. */
  announce(announcement: Announcement): Promise<{ readonly channel: string; readonly to?: string }>;
}
