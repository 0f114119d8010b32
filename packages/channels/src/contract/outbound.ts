/** Where a message goes: enough for the adapter to send, the same for all parts of an answer. Plain JSON. */
export interface OutboundAddress {
  /** The target in the channel's own writing without the channel's name, e.g. `4242`, `-100…`, `#claw`. */
  readonly to: string;
  readonly threadId?: string;
}

/** A text that is ready for the vendor, in the channel's dialect. */
export interface RenderedText {
  readonly text: string;
  /** What is sent when the vendor refuses the formatted one. */
  readonly plain: string;
  /** `text` has no marks and goes without any formatting mode: drafts, and what was refused with formatting. */
  readonly isPlain?: true;
  /** Set for `signal-styles`. */
  readonly styles?: readonly { readonly start: number; readonly length: number; readonly style: string }[];
}

export interface OutboundButton {
  readonly text: string;
  readonly data: string;
  readonly style?: string;
}

/** A file of an answer: the bytes lie at `path`, a file of ours that lives as long as the row. */
export interface OutboundMedia {
  readonly path: string;
  readonly mimeType: string;
  readonly fileName: string;
  readonly kind: 'image' | 'gif' | 'video' | 'audio' | 'voice' | 'document';
  /** Round video of Telegram. */
  readonly asVideoNote?: boolean;
}

interface PartOptions {
  /** The message it answers. */
  readonly replyToId?: string;
  readonly quoteText?: string;
  readonly silent?: boolean;
  /** The reaction that said the answered message was seen goes once this one is there. */
  readonly removesAck?: true;
  /** A text of the gateway itself, not of the model: a pairing notice, a refusal. */
  readonly isNotice?: true;
  readonly buttons?: readonly (readonly OutboundButton[])[];
}

/** One call of the vendor that makes something visible; one row of the outbox. */
export type OutboundPart = PartOptions &
  (
    | { readonly kind: 'text'; readonly text: RenderedText }
    | { readonly kind: 'media'; readonly media: OutboundMedia; readonly caption?: RenderedText }
    | {
        readonly kind: 'poll';
        readonly question: string;
        readonly options: readonly string[];
        readonly maxSelections: number;
        readonly durationSeconds?: number;
        readonly isAnonymous?: boolean;
      }
    | { readonly kind: 'sticker'; readonly fileId: string }
    /** Takes the place of what an earlier message says, e.g. the draft of an answer. */
    | { readonly kind: 'edit'; readonly messageId: string; readonly text: RenderedText }
    | { readonly kind: 'delete'; readonly messageId: string }
  );

/** The vendor's word that a message is there. */
export interface SendReceipt {
  readonly messageId: string;
  /** Where it went in the vendor's writing, when that differs from the address, e.g. a chat found by its @name. */
  readonly chatId?: string;
}
