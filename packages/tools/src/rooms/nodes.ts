/** A node as tools see it; what is not known is left out of results (reference nodes/nodes.md §5). */
export interface NodeFacts {
  readonly nodeId: string;
  readonly displayName?: string;
  readonly remoteIp?: string;
  readonly platform?: string;
  readonly caps: readonly string[];
  readonly commands: readonly string[];
  readonly connected: boolean;
}

/** Paired and connected devices. Absent: the gateway serves none. */
export interface NodeRoom {
  /** Connected ones first, then by name. */
  list(): Promise<readonly NodeFacts[]>;
  /** Rejects with the message a client would read. */
  invoke(request: {
    readonly nodeId: string;
    readonly command: string;
    readonly params?: Readonly<Record<string, unknown>>;
    readonly timeoutMs?: number;
  }): Promise<{ readonly payload?: unknown; readonly payloadJSON: string | null }>;
  /** What the node says of its approvals file, as `{file}`; rejects when it does not show it. */
  approvalsFile(nodeId: string): Promise<unknown>;
  /** The text people are shown for an argument vector; approvals are bound to it. */
  commandText(argv: readonly string[]): string;
  pairing(): Promise<unknown>;
  /** Undefined for an unknown request. */
  approve(requestId: string): Promise<unknown>;
  reject(requestId: string): Promise<unknown>;
}
