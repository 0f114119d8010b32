export interface KeptResult {
  readonly sessionKey: string;
  readonly text: string;
}

/** Where results go that are too long for a model, and come back from in pages. */
export interface ResultRoom {
  /** Resolves with the handle to read the text by. */
  keep(result: { readonly sessionKey: string; readonly tool: string; readonly text: string }): Promise<string>;
  /** Undefined for a handle nobody knows, or no longer. */
  find(handle: string): Promise<KeptResult | undefined>;
  /** The newest of a session. */
  latest(sessionKey: string): Promise<KeptResult | undefined>;
}
