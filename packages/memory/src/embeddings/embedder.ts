import type { VectorBatch } from './batch/vector-batch.ts';

/** Something that turns text into vectors. */
export interface Embedder {
  /** `openai`, `gemini`, `voyage`. */
  readonly provider: string;
  readonly model: string;
  /** Hash of where the vectors come from; the same as the original's, so that both accept each other's index. */
  readonly providerKey: string;
  /** The vector of a question. */
  question(text: string, signal: AbortSignal): Promise<readonly number[]>;
  /** The vectors of stored texts, in their order; the texts fit into one request. */
  texts(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]>;
  /** The vendor's interface for large jobs, loaded when it is asked for. */
  batch(): Promise<VectorBatch>;
}
