/** A turn that a tool asks for in another session. */
export interface CalledTurn {
  readonly runId: string;
  readonly agentId: string;
  readonly sessionKey: string;
  readonly text: string;
  readonly extraSystemPrompt?: string;
  readonly model?: string;
  readonly thinking?: string;
  /** Absent: the agent's usual limit; 0: none. */
  readonly timeoutMs?: number;
  /** The session and tool that speak in the user's place. */
  readonly source?: { readonly sessionKey: string; readonly channel: string; readonly tool: string };
  /**
   * Set for a new sub-agent session. `depth`: 1 for one that a person's session started; `answersTo`: where its result is told
   * in the end, when that is a channel.
   */
  readonly spawn?: {
    readonly by: string;
    readonly depth?: number;
    readonly label?: string;
    readonly answersTo?: CallerPlace;
  };
  /** The answer is also sent to this place of a channel. */
  readonly deliverTo?: CallerPlace;
}

/** A conversation of a channel; `to` in the channel's own writing. */
export interface CallerPlace {
  readonly channel: string;
  readonly accountId: string;
  readonly to: string;
  readonly threadId?: string;
}

export interface CalledOutcome {
  /** `interrupted`: the process ends first; the turn goes on in the next one. */
  readonly status: 'ok' | 'error' | 'timeout' | 'aborted' | 'interrupted';
  /** Final text; empty for a silent answer. */
  readonly reply: string;
  readonly error?: string;
}

/** Runs turns in other sessions. A turn waits in its session's lane like any other message. */
export interface AgentCaller {
  /** The text of why a model cannot be used for an agent; undefined when it can. */
  modelProblem(model: string, agentId: string): Promise<string | undefined>;
  /** Resolves once the turn is accepted. `outcome` never rejects. A run id that was accepted before names that run. */
  start(turn: CalledTurn): Promise<{ readonly sessionId?: string; readonly outcome: Promise<CalledOutcome> }>;
  /** Tells the people of a session's channel, once for each key; resolves when there are none. */
  announce(said: {
    readonly key: string;
    readonly agentId: string;
    readonly sessionKey: string;
    readonly text: string;
  }): Promise<void>;
  /** Ends a turn; false when it is not running. */
  abort(sessionKey: string, runId: string): Promise<boolean>;
}
