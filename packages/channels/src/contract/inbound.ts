import type { OutboundAddress } from './outbound.ts';

/** A file that came with a message, not yet fetched; `ref` is the adapter's own, plain JSON, and good after a restart. */
export interface InboundAttachment {
  readonly kind: 'image' | 'video' | 'audio' | 'voice' | 'document' | 'sticker';
  readonly ref: Readonly<Record<string, unknown>>;
  readonly mimeType?: string;
  readonly fileName?: string;
  readonly sizeBytes?: number;
}

export interface InboundSender {
  /** The vendor's stable id; also the peer id of direct conversations. */
  readonly id: string;
  readonly name?: string;
  /** Without `@`. */
  readonly username?: string;
  readonly tag?: string;
  readonly e164?: string;
  /** Other writings of the id that an allowlist may name, e.g. nick and nick!user of IRC. */
  readonly aliases?: readonly string[];
  readonly isBot?: boolean;
  /** As a group's history names them, e.g. `Bob (bob)`; absent: `Name (@username) id:<id>`, with a number the name and it. */
  readonly label?: string;
}

export interface InboundConversation {
  readonly type: 'direct' | 'group' | 'channel';
  /** Peer id for routing: the sender's for a direct conversation, else the group's. */
  readonly id: string;
  /** Topic or thread; part of the session key as the channel's reference says. */
  readonly threadId?: string;
  /** The suffix that the thread puts behind the session key, e.g. `topic:5` or `thread:5`; absent: none. */
  readonly threadSuffix?: string;
  /** The conversation that a thread hangs on, for bindings. */
  readonly parentId?: string;
  /** A thread that is new begins with what was said in the conversation it hangs on. */
  readonly inheritsParent?: true;
  /** As people know it, e.g. `Book Club id:-100…`; absent: derived (reference channels/framework.md §4). */
  readonly label?: string;
  readonly subject?: string;
  readonly channelName?: string;
  readonly space?: string;
  readonly threadLabel?: string;
  readonly isForum?: boolean;
  readonly guildId?: string;
  readonly teamId?: string;
  readonly memberRoleIds?: readonly string[];
}

export interface InboundLocation {
  readonly latitude: number;
  readonly longitude: number;
  readonly accuracyMeters?: number;
  readonly name?: string;
  readonly address?: string;
  readonly isLive?: boolean;
}

/**
 * One message of a person, in the kernel's words. It is plain JSON: the inbox row holds it whole, and everything later is
 * done from the row. An adapter makes it with a pure function of the vendor's update.
 */
export interface InboundMessage {
  readonly kind: 'message';
  /** The vendor's id: dedupe is on (channel, account, conversation, this). */
  readonly messageId: string;
  /** When the vendor knows a longer form. */
  readonly fullMessageId?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly conversation: InboundConversation;
  readonly sender: InboundSender;
  /** Where answers go. Fixed here and never derived again (design rule 4). */
  readonly replyTo: OutboundAddress;
  /** For the model: links written out, no markup. May be empty when there are attachments. */
  readonly text: string;
  /** For commands, when it differs: without the bot's name. */
  readonly commandText?: string;
  /** Who is spoken to, as far as the vendor tells. */
  readonly mention: {
    /** The vendor can mark mentions, so their absence says something. */
    readonly isDetectable: boolean;
    readonly ofUs: boolean;
    readonly ofOthers: boolean;
    /** A reply to a message of ours. */
    readonly isReplyToUs: boolean;
    /** Counts as a mention although nothing names us, e.g. a pressed button. */
    readonly isForced?: boolean;
  };
  readonly attachments: readonly InboundAttachment[];
  readonly quote?: {
    readonly messageId?: string;
    readonly body: string;
    /** Of a quoted place; told when the body is empty. */
    readonly location?: InboundLocation;
    readonly sender?: string;
    /** A part that the person chose to quote. */
    readonly isExcerpt?: boolean;
  };
  readonly forward?: {
    readonly from: string;
    readonly type?: 'user' | 'hidden_user' | 'chat' | 'channel';
    readonly id?: string;
    readonly username?: string;
    readonly title?: string;
    readonly signature?: string;
    readonly chatType?: string;
    readonly messageId?: string;
    readonly at?: number;
  };
  readonly threadStarter?: string;
  readonly location?: InboundLocation;
  /** A sticker's description for models without eyes, e.g. `[Sticker 😀 from "CatSet"]`. */
  readonly note?: string;
  /** Chosen from the vendor's own command menu; refusals are answered instead of dropped. */
  readonly isNativeCommand?: boolean;
  /**
   * A button of ours was pressed; `messageId` above names no message then. `messageId`: the one it stands under.
   * `turnsPage`: the answer of a command takes that message's place. `isForListed`: only people whom a list lets in count.
   */
  readonly button?: { readonly messageId: string; readonly turnsPage?: true; readonly isForListed?: true };
  /**
   * The message is a part of a longer one: parts with the same key are one message once none came for `quietMs`.
   * Albums and texts that the vendor cut.
   */
  readonly part?: {
    readonly key: string;
    readonly quietMs: number;
    readonly separator: '' | '\n';
    /** A text that may go on: only what directly follows this message belongs to it. */
    readonly follows?: string;
    readonly maxParts: number;
    readonly maxChars: number;
  };
}

/** Something happened in a conversation; it stands before the next message there and starts no run by itself. */
export interface InboundNote {
  readonly kind: 'note';
  readonly eventId: string;
  readonly at: number;
  readonly conversation: InboundConversation;
  readonly sender: InboundSender;
  /** In the words of the contract, e.g. `Telegram reaction added: 👍 by Ann Lee (@ann) on msg 777`. */
  readonly text: string;
}

/** A conversation has another id from now on; its settings move with it. */
export interface InboundMove {
  readonly kind: 'moved';
  readonly from: string;
  readonly to: string;
}

export type InboundEvent = InboundMessage | InboundNote | InboundMove;
