/** A result of a tool that was too long for the transcript. */
export interface KeptToolResult {
  readonly sessionKey: string;
  readonly tool: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Long results, whole, for a while: bounded in number of characters and in time. */
export interface ToolResultRepository {
  /** Keeps a text and resolves with the handle to read it by. The oldest results make room for it. */
  keep(result: Omit<KeptToolResult, 'createdAt'>): Promise<string>;
  /** Undefined for a handle nobody knows, and for one whose text is gone. */
  find(handle: string): Promise<KeptToolResult | undefined>;
  /** The newest result of a session. */
  latest(sessionKey: string): Promise<KeptToolResult | undefined>;
}
