/** What the session tools may know about a session. Members that are not known are left out of results. */
export interface SessionFacts {
  readonly key: string;
  readonly sessionId: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  readonly channel?: string;
  readonly label?: string;
  readonly displayName?: string;
  readonly deliveryContext?: Readonly<Record<string, unknown>>;
  readonly model?: string;
  readonly contextTokens?: number;
  readonly totalTokens?: number;
  /** Tokens of the last turn that the model read and wrote. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly thinkingLevel?: string;
  readonly verboseLevel?: string;
  readonly systemSent?: boolean;
  readonly abortedLastRun?: boolean;
  readonly sendPolicy?: string;
  readonly lastChannel?: string;
  readonly lastTo?: string;
  readonly lastAccountId?: string;
  readonly transcriptPath?: string;
  /** Key of the session that started this one as a sub-agent. */
  readonly spawnedBy?: string;
}

/** A transcript message as stored: `role`, `content`, `timestamp` and whatever else its kind has. */
export type SessionMessage = Readonly<Record<string, unknown>>;

/** Sessions as the tools see them. Reads are bounded: nothing here loads a whole store or transcript. */
export interface SessionRoom {
  /** Newest first. */
  list(query: {
    readonly limit: number;
    readonly updatedAfter?: number;
    /** Only these agents' sessions. */
    readonly agentIds?: readonly string[];
    /** Only the session of this key and those it spawned. */
    readonly treeOf?: string;
  }): Promise<readonly SessionFacts[]>;
  find(key: string): Promise<SessionFacts | undefined>;
  findById(sessionId: string): Promise<SessionFacts | undefined>;
  findByLabel(label: string, agentId: string): Promise<SessionFacts | undefined>;
  /** The newest `limit` messages, oldest first; empty for an unknown session. */
  history(key: string, limit: number): Promise<readonly SessionMessage[]>;
  /** Puts a session away; its transcript is archived. */
  remove(key: string): Promise<void>;
  /** The text of the status card, as `/status` shows it. */
  statusCard(key: string): Promise<string>;
  /** Sets the session's model, `undefined` for the agent's default. Throws the contract's error for a model that may not be used. */
  setModel(key: string, model: string | undefined): Promise<{ readonly changed: boolean }>;
}
