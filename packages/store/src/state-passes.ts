/** What one look at a `sessions.json` and the files beside it showed. */
export interface SessionFileSurvey {
  readonly file: string;
  /** Whose bare keys it holds. */
  readonly agentId: string;
  readonly sessions: number;
  /** Values that are no sessions. */
  readonly dropped: number;
  /** Why the file could not be read; then it counts no sessions. */
  readonly problem?: string;
  /** Transcript files that its sessions name. */
  readonly transcripts: number;
  readonly transcriptBytes: number;
  /** Names of transcript files that no session names. */
  readonly unnamed: readonly string[];
  /** Transcripts that a reset, a deletion or a compaction put away. */
  readonly archives: number;
}

/** How far a pass over the whole state is. */
export type Progress = (done: number, total: number) => void;

/** What an import of everything changed in the database. */
export interface ImportedState {
  readonly sessions: {
    readonly added: number;
    readonly changed: number;
    readonly unchanged: number;
    readonly removed: number;
  };
  readonly transcripts: { readonly added: number; readonly grown: number; readonly unchanged: number };
  /** Lines that were taken in now. */
  readonly entriesAdded: number;
  /** Lines of all transcripts that are no entries; they are kept, but not shown. */
  readonly unreadableLines: number;
}

/** What an export wrote. */
export interface ExportedState {
  readonly sessions: number;
  readonly transcripts: number;
  /** Lines of the transcripts, without headers. */
  readonly entries: number;
  /** Transcripts that were reset, deleted or cut off. */
  readonly archives: number;
}

/** Passes over everything the store keeps of the original's files: for taking over from it, and for going back. */
export interface StatePasses {
  /** Takes in every `sessions.json` and every transcript that its sessions name. Doing it again takes in only what is new. */
  importAll(progress?: Progress): Promise<ImportedState>;
  /** Writes all sessions and transcripts into another state directory, in the original's form. Files there are replaced. */
  exportAll(toStateDir: string, progress?: Progress): Promise<ExportedState>;
  /** Copies the database to a file that does not exist yet, while it is in use. The copy belongs to no process. */
  backUp(file: string): Promise<void>;
}
