import type { SessionRow } from './sessions.ts';
import type { TranscriptMessage } from './transcript.ts';

/** What models were asked for, summed while transcripts grow (reference agent/models.md §12, protocol/methods.json usage.*). */

export interface TokenCounts {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** The calls of one model. Provider and model are empty where the transcript does not name them. */
export interface ModelSums {
  readonly provider: string;
  readonly model: string;
  readonly calls: number;
  readonly tokens: TokenCounts;
  /** As the providers counted it; else the sum of the parts. */
  readonly totalTokens: number;
  /** US dollars that stand in the transcript, with the parts where it names them. */
  readonly cost: TokenCounts & { readonly total: number };
  /** The part of the calls whose cost does not stand in the transcript. */
  readonly unpriced: TokenCounts & { readonly calls: number };
}

/** Messages of one UTC day. */
export interface MessageSums {
  readonly user: number;
  readonly assistant: number;
  readonly toolCalls: number;
  readonly toolResults: number;
  readonly errors: number;
  /** Milliseconds since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Calls a tool. */
  readonly tools: Readonly<Record<string, number>>;
  /** Milliseconds from a person's message to each answer behind it, at most a thousand a day. */
  readonly latenciesMs: readonly number[];
}

export interface DaySums {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly messages: MessageSums;
  readonly models: readonly ModelSums[];
}

/** Sums of one UTC day over all transcripts. */
export interface DayTotals {
  readonly day: string;
  readonly models: readonly ModelSums[];
}

/** UTC days, both included, as `YYYY-MM-DD`. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** A transcript with sums. */
export interface SummedTranscript {
  readonly sessionId: string;
  readonly agentId: string;
  /** Newest message; for a file that no session names, the file's own time. */
  readonly lastAt: number;
  /** Where the transcript lies on disk, or would lie. */
  readonly file: string | undefined;
  /** Absent for a transcript that no session names: a file beside the others. */
  readonly session: SessionRow | undefined;
}

/**
 * Sums of every transcript: of the log as it grows, and of files on disk that were not imported. Reads are indexed
 * queries over what `refresh` added.
 */
export interface UsageRepository {
  /**
   * Adds what was written since the last look, in bounded pieces. Files are looked at once in half a minute and summed in
   * a worker; what is not done after `patienceMs` (default 5 000) goes on behind and is in a later answer.
   */
  refresh(patienceMs?: number): Promise<void>;
  totals(range: DayRange): readonly DayTotals[];
  /** Transcripts with activity since `sinceMs`, newest first; those of deleted and reset sessions are left out. */
  transcripts(query: { readonly sinceMs: number; readonly limit: number }): readonly SummedTranscript[];
  /** The transcript of a session key; `agent:<id>:<session id>` also names a file that no session has. */
  find(key: string): SummedTranscript | undefined;
  /** Days of one transcript, oldest first. */
  days(sessionId: string, range: DayRange): readonly DaySums[];
  /** Newest messages of a transcript that is in a file only, oldest first; undefined when the log is the place to look. */
  fileMessages(transcript: SummedTranscript, limit: number): Promise<readonly TranscriptMessage[] | undefined>;
}
