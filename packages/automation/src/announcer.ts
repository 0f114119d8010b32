/** Something to tell a person outside a turn. */
export interface Announcement {
  readonly agentId: string;
  /** A channel id, or `last`: where the person wrote to the agent last. */
  readonly channel: string;
  readonly to?: string;
  readonly accountId?: string;
  readonly text: string;
  readonly mediaUrls: readonly string[];
}

/** Hands an announcement to a channel. The seam between schedules and the ways out; `send` uses the same channels. */
export interface Announcer {
  /** The channel that `channel` means for an agent; undefined for `none`, the web chat and an agent nobody wrote to. */
  target(wish: {
    readonly agentId: string;
    readonly channel: string;
  }): Promise<{ readonly channel: string; readonly to?: string } | undefined>;
  /** Resolves with where it went; throws with the contract's words when no channel takes it, e.g. `Unsupported channel: telegram`. */
  announce(announcement: Announcement): Promise<{ readonly channel: string; readonly to?: string }>;
}
