/** A text that is to become a vector, under the hash it is kept by. */
export interface BatchText {
  readonly hash: string;
  readonly text: string;
}

export interface BatchVector {
  readonly hash: string;
  readonly vector: readonly number[];
}

/** How a vendor takes many texts at once, at half the price and in its own time (reference agent/models.md §11). */
export interface VectorBatch {
  /** Hands the texts over; resolves with the vendor's name for the job. */
  submit(texts: readonly BatchText[], signal: AbortSignal): Promise<string>;
  /** How the job stands; `done` with the vectors, those that failed left out. Rejects when the whole job failed. */
  look(job: string, signal: AbortSignal): Promise<{ readonly done: readonly BatchVector[] } | 'waiting'>;
}
