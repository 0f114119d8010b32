/** A command that waits for a person's word (reference agent/tools.md §4.12). */
export interface ExecApprovalRequest {
  readonly command: string;
  readonly cwd: string | null;
  readonly host: 'gateway' | 'node';
  readonly security: string | null;
  readonly ask: string | null;
  readonly agentId: string;
  readonly sessionKey: string;
  /** Absolute path of the program, where one was found. */
  readonly resolvedPath: string | null;
}

/** The word, or `undefined` when nobody gave it in time. */
export type ExecDecision = 'allow-once' | 'allow-always' | 'deny' | undefined;

export interface PendingApproval {
  /** UUID. */
  readonly id: string;
  readonly expiresAtMs: number;
  readonly decision: Promise<ExecDecision>;
}

/** What an earlier process asked for and did not act on any more. */
export interface UnfinishedApproval {
  readonly pending: PendingApproval;
  readonly request: ExecApprovalRequest;
  readonly continuation: Readonly<Record<string, unknown>>;
}

/** Asks people for permission. Absent: a command that would need it is refused. */
export interface ApprovalRoom {
  /** `continuation` is what a later process needs to go on when this one is gone; JSON. Absent: nothing goes on. */
  request(request: ExecApprovalRequest, continuation?: Readonly<Record<string, unknown>>): Promise<PendingApproval>;
  /** The asker acts on the outcome now; false when it was acted on before. */
  claim(id: string): Promise<boolean>;
  /** Nothing will be done, whatever people say: what still waits ends as denied. False when it was acted on before. */
  withdraw(id: string): Promise<boolean>;
  /** Takes up what earlier processes left; to be called once, at start. */
  unfinished(): Promise<readonly UnfinishedApproval[]>;
  /** Remembers that these programs may run for the agent from now on. */
  allowAlways(grant: {
    readonly agentId: string;
    readonly command: string;
    /** Absolute paths of the programs. */
    readonly paths: readonly string[];
  }): Promise<void>;
}

/** Takes notes for a session that its next turn reads, and may wake it (reference agent/tools.md ). Absent: nobody is told. */
export interface SystemEventRoom {
  notify(event: {
    readonly agentId: string;
    readonly sessionKey: string;
    readonly text: string;
    /** Why the session should look at it soon, e.g. `exec:<id>:exit`. */
    readonly reason: string;
    /** Events of one context replace each other. */
    readonly contextKey?: string;
  }): void;
}
