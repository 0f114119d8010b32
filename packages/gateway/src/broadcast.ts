/** Versions carried by presence and health events. */
export interface StateVersion {
  readonly presence: number;
  readonly health: number;
}

/**
 * The fan-out. A frame is serialised once whatever the number of clients; each client has a bound (52 428 800 bytes
 * unsent), past which droppable events are skipped and any other closes the socket with 1008 `slow consumer`.
 */
export interface Broadcast {
  /** To every connected client that may see the event. Adds the process-wide `seq`. */
  send(event: string, payload: unknown, options?: { dropIfSlow?: boolean; stateVersion?: StateVersion }): void;
  /** To chosen connections, without `seq` (tool streams, node copies). */
  sendTo(connIds: Iterable<string>, event: string, payload: unknown): void;
  /** Ids of open connections with a capability, e.g. `tool-events`. */
  withCapability(cap: string): readonly string[];
}
