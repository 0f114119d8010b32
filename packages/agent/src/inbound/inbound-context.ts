/**
 * What a channel knows of a message besides its text: for the model, for tools and for the session (reference
 * channels/framework.md §4, §5). Plain JSON; it stands in the ledger with the request and is read back after a restart.
 */
export interface InboundContext {
  readonly messageId: string;
  /** When the vendor knows a longer form. */
  readonly fullMessageId?: string;
  /** When it was written; milliseconds since the epoch. */
  readonly at?: number;
  readonly chatType: 'direct' | 'group' | 'channel';
  /** The conversation with the channel's name, as `chat_id` and the session's route show it, e.g. `telegram:4242`. */
  readonly chatId: string;
  /** Whom it came from with the channel's name, e.g. `telegram:4242` or `telegram:group:-100…`. */
  readonly from: string;
  readonly sender: InboundPerson;
  /** Set for groups and channels. */
  readonly conversationLabel?: string;
  readonly group?: InboundGroup;
  readonly threadLabel?: string;
  /** The session whose history a new session of this thread begins with. */
  readonly parentSessionKey?: string;
  readonly isForum?: boolean;
  readonly wasMentioned?: boolean;
  /** Chosen from the vendor's own command menu. */
  readonly isNativeCommand?: boolean;
  /** It was sent as such a command, not by a button below a list of ours. */
  readonly isFromMenu?: boolean;
  readonly replyToId?: string;
  readonly quote?: { readonly body: string; readonly sender?: string; readonly isExcerpt?: boolean };
  readonly forward?: InboundForward;
  readonly threadStarter?: string;
  /** What was said in the group since the last answer, oldest first. */
  readonly history: readonly InboundHistoryLine[];
  /** Files of the message, fetched. */
  readonly media: readonly InboundMedia[];
  /** What an answer there may hold besides text; absent: nothing the model is told of. */
  readonly means?: InboundMeans;
  /** In place of the message's text for models without eyes, e.g. what a sticker shows. */
  readonly note?: string;
}

export interface InboundMeans {
  /** How freely the agent reacts with an emoji; absent: it does not. */
  readonly reactions?: 'minimal' | 'extensive';
  /** Rows of buttons below a message. */
  readonly buttons?: true;
}

export interface InboundPerson {
  readonly id: string;
  readonly name?: string;
  /** Without `@`. */
  readonly username?: string;
  readonly tag?: string;
  readonly e164?: string;
}

export interface InboundGroup {
  readonly id: string;
  readonly subject?: string;
  readonly channel?: string;
  readonly space?: string;
  /** What the configuration says to the model in this group. */
  readonly systemPrompt?: string;
  /** Names of the skills that are offered here; absent: all of the agent's. */
  readonly skills?: readonly string[];
  /** When the agent answers here. */
  readonly activation: 'mention' | 'always';
}

export interface InboundForward {
  readonly from: string;
  readonly type?: string;
  readonly username?: string;
  readonly title?: string;
  readonly signature?: string;
  readonly chatType?: string;
  /** Milliseconds since the epoch. */
  readonly at?: number;
}

export interface InboundHistoryLine {
  readonly sender: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly body: string;
}

export interface InboundMedia {
  /** Absolute path of our copy. */
  readonly path: string;
  readonly mimeType: string;
}
