/** A piece of a memory file that was found. */
export interface MemoryPiece {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly score: number;
  readonly snippet: string;
  readonly source: string;
}

/** What agents remember in files. Absent: the memory tools are not offered. */
export interface MemoryRoom {
  search(
    agentId: string,
    query: {
      readonly question: string;
      readonly sessionKey: string;
      readonly maxResults?: number;
      readonly minScore?: number;
      readonly signal: AbortSignal;
    },
  ): Promise<{
    readonly results: readonly MemoryPiece[];
    readonly provider: string;
    readonly model?: string;
    readonly fallback?: { readonly from: string; readonly reason: string };
    readonly mode?: string;
    /** `memory.citations`. */
    readonly citations: 'auto' | 'on' | 'off';
  }>;
  /** Rejects for a path that is no memory file. */
  read(
    agentId: string,
    request: { readonly path: string; readonly from?: number; readonly lines?: number },
  ): Promise<{ readonly path: string; readonly text: string }>;
}
