/** One row of `system-presence` (contract schema PresenceEntry). */
export interface PresenceEntry {
  readonly host?: string;
  readonly ip?: string;
  readonly version?: string;
  readonly platform?: string;
  readonly deviceFamily?: string;
  readonly modelIdentifier?: string;
  readonly mode?: string;
  readonly lastInputSeconds?: number;
  readonly reason?: string;
  readonly tags?: readonly string[];
  readonly text?: string;
  readonly ts: number;
  readonly deviceId?: string;
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly instanceId?: string;
}

/** Who is or was here lately: at most 200 entries, gone 300 s after their last update (reference protocol.md §7). */
export interface Presence {
  /** Newest first, the gateway itself included and refreshed. */
  list(): readonly PresenceEntry[];
  readonly version: number;
  /** Adds or refreshes; `key` is the lower-cased device id, instance id or connection id. Raises the version. */
  update(key: string, entry: Omit<PresenceEntry, 'ts'>): void;
}
