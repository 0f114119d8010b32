/** Who wrote a piece of text, or where it was read (reference defender/defender.md §B.3). */
export type Provenance = (typeof PROVENANCES)[number];

export const PROVENANCES = ['owner', 'peer', 'stranger', 'web', 'file', 'tool', 'node'] as const;

/** What is known of the conversation an action belongs to; passed on with the decision (reference defender/defender.md §A). */
export interface SessionHints {
  readonly sessionKind?: string;
  readonly chatType?: string;
  readonly wasMentioned?: boolean;
  readonly replyBack?: boolean;
  readonly deliveryContext?: Readonly<Record<string, unknown>>;
}

/** One action that is judged before it runs, from a gateway's frame or from a call in this process (reference defender/defender.md §A). */
export interface ActionRequest {
  readonly id: string;
  /** Where the request was seen: `tool`, `outbound`, `node`, `config`, `install`, or the name of a frame. */
  readonly source: string;
  readonly sessionId?: string;
  readonly prompt?: string;
  readonly command?: string;
  /** Trimmed, lower case. */
  readonly tool?: string;
  /** Trimmed, lower case. */
  readonly channel?: string;
  readonly url?: string;
  readonly filePath?: string;
  /** What would be written or sent: data, not words to the assistant. */
  readonly content?: string;
  readonly agentId?: string;
  /** Who wrote the text of this action itself. */
  readonly provenance?: Provenance;
  /** Everything untrusted that the turn has read before this action. */
  readonly turnHasRead?: readonly Provenance[];
  /** The turn knows private data, or the action names it: files, memory, earlier conversations. */
  readonly carriesPrivateData?: boolean;
  readonly hints?: SessionHints;
  /** The frame or the arguments as they came; kept in quarantine and never interpreted. */
  readonly raw: unknown;
}
