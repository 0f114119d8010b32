/**
 * pending → sending → delivered | pending (again) | ambiguous | dead; ambiguous → ambiguous (looked for in vain) | delivered | pending | dead; dead →
 * pending when an operator sends it again. `delivered` is only ever written from the vendor's receipt (design rule 4).
 */
export type DeliveryState = 'pending' | 'sending' | 'ambiguous' | 'delivered' | 'dead';

/**
 * A chat with all its threads: its rows leave one after the other, in the order of their ids. Vendors count messages by the
 * chat, so that only one message of it may be in doubt at a time if it is to be found again.
 */
export interface DeliveryLane {
  readonly channel: string;
  readonly accountId: string;
  /** In the channel's own writing. */
  readonly to: string;
}

export interface NewDelivery extends DeliveryLane {
  /** Of the sending; with `partIndex` it makes the row unique. */
  readonly key: string;
  readonly partIndex: number;
  readonly threadId?: string;
  /** What is sent; JSON. */
  readonly part: unknown;
  /** Not sent before this time; milliseconds since the epoch. */
  readonly notBefore?: number;
  readonly runId?: string;
  readonly sessionKey?: string;
  readonly agentId?: string;
  /** The vendor's id of the message that it answers. */
  readonly answers?: string;
  /** One attempt. */
  readonly bestEffort?: boolean;
  /** What a session is told of the sending once all of it is delivered; JSON, on the first part. */
  readonly mirror?: unknown;
}

export interface DeliveryRow extends Omit<NewDelivery, 'notBefore'> {
  readonly id: number;
  readonly state: DeliveryState;
  /** How often it was handed to the vendor. */
  readonly attempts: number;
  /** Attempts that failed and count against the limit. */
  readonly failures: number;
  readonly createdAt: number;
  /**
   * When there is something to do: send, or look whether it arrived. Set as long as the row holds its place in the
   * conversation; an ambiguous row without it waits for an operator and holds nobody up.
   */
  readonly readyAt?: number;
  /** When nothing was left to do, unless an operator wants it. */
  readonly endedAt?: number;
  /** The vendor's word; JSON. */
  readonly receipt?: unknown;
  /** Why it waits, is ambiguous or dead. */
  readonly reason?: string;
}

/** What comes of an attempt. */
export type DeliveryStep =
  | { readonly to: 'delivered'; readonly receipt: unknown }
  /** `part`: what is sent instead from now on. `failures`: how many count by now. */
  | {
      readonly to: 'pending';
      readonly readyAt: number;
      readonly reason?: string;
      readonly failures?: number;
      readonly part?: unknown;
    }
  /** `lookAt`: when it is looked for; absent: an operator decides. */
  | { readonly to: 'ambiguous'; readonly reason: string; readonly lookAt?: number; readonly failures?: number }
  | { readonly to: 'dead'; readonly reason: string };

export interface DeliveryFilter {
  readonly channel?: string;
  readonly states?: readonly DeliveryState[];
  readonly limit: number;
}

export interface DeliveryRepository {
  /** Writes the rows of one sending in one transaction. A key that exists writes nothing and gives back its rows. */
  add(rows: readonly NewDelivery[]): Promise<{ readonly created: boolean; readonly rows: readonly DeliveryRow[] }>;
  find(id: number): Promise<DeliveryRow | undefined>;
  /** The rows of a sending, by part. */
  ofKey(key: string): Promise<readonly DeliveryRow[]>;
  /** Rows of a run, its answer and what it said on the way, oldest first. */
  ofRun(runId: string): Promise<readonly DeliveryRow[]>;
  /** The oldest row that holds a conversation; undefined when nothing waits there. */
  head(lane: DeliveryLane): Promise<DeliveryRow | undefined>;
  /** Conversations in which something waits. */
  waitingLanes(limit: number): Promise<readonly DeliveryLane[]>;
  /** pending → sending: counts an attempt and takes the lease. */
  start(id: number): Promise<DeliveryRow>;
  /** One transition, checked; IllegalTransitionError when the machine forbids it. */
  step(id: number, step: DeliveryStep): Promise<DeliveryRow>;
  /** A row that waits is looked at again later, or with another part; its state stays. */
  postpone(
    id: number,
    change: { readonly readyAt: number; readonly reason?: string; readonly part?: unknown; readonly failures?: number },
  ): Promise<void>;
  /** Rows that another process was sending: sending → ambiguous, to be looked for at once. Returns how many. */
  takeOver(reason: string): Promise<number>;
  /** Receipts of a conversation before a row, newest last. */
  receiptsBefore(lane: DeliveryLane, id: number, limit: number): Promise<readonly unknown[]>;
  /** Receipts of a row's account, over all its conversations, that were there before the row was; newest last. */
  earlierReceipts(row: DeliveryRow, limit: number): Promise<readonly unknown[]>;
  /** The newest receipts of an account over all its conversations, newest last. */
  newestReceipts(account: Pick<DeliveryLane, 'channel' | 'accountId'>, limit: number): Promise<readonly unknown[]>;
  /** What was sent to a conversation on behalf of a session since a time, oldest first. */
  sentFor(lane: DeliveryLane, sessionKey: string, since: number, limit: number): Promise<readonly DeliveryRow[]>;
  /** Delivered rows whose session was not told yet, oldest first. */
  unmirrored(limit: number): Promise<readonly DeliveryRow[]>;
  /** Its session was told. */
  mirrored(id: number): Promise<void>;
  /** Newest first. */
  list(filter: DeliveryFilter): Promise<readonly DeliveryRow[]>;
  /** How many rows of each state that is not over, by channel. */
  depths(): Promise<readonly { readonly channel: string; readonly state: DeliveryState; readonly rows: number }[]>;
  /** Removes a row that has not left and is not wanted any more; false when it is not pending (any more). */
  withdraw(id: number): Promise<boolean>;
  /** Files that rows name which may yet be sent: `media.path` of their parts. */
  openFiles(): Promise<readonly string[]>;
  /** Removes delivered rows that ended before `delivered`, others before `dead`; at most `limit`. Returns their parts. */
  prune(before: { readonly delivered: number; readonly dead: number }, limit: number): Promise<readonly unknown[]>;
}
