import type { TableMode } from '../format/read-table.ts';

/** What kind of conversation a message belongs to; a thread hangs on a group or a channel. */
export type ChatType = 'direct' | 'group' | 'channel' | 'thread';

/** How a reply's Markdown is written for the vendor; the renderers are in `format/`. */
export type Dialect =
  | 'telegram-html'
  | 'slack-mrkdwn'
  | 'signal-styles'
  | 'whatsapp'
  | 'matrix-html'
  /** One line goes as it is written, several as plain lines. */
  | 'irc'
  /** As the model wrote it. */
  | 'markdown'
  /** Without marks. */
  | 'plain';

/** One action of the message tool; it is offered when its gate, a key of the section's `actions`, does not close it. */
export interface ChannelAction {
  readonly name: string;
  readonly gate?: string;
  /** What holds when the gate's key is not set. */
  readonly isOpen: boolean;
}

/** A setting that an account cannot do without, or that people are asked for: `channels add` and the page's form are made of these. */
export interface SetupField {
  /** Key of the account's settings. */
  readonly key: string;
  readonly label: string;
  /** A hint where to find it. */
  readonly help?: string;
  readonly kind: 'text' | 'number' | 'boolean' | 'list';
  /** Flags of `channels add` that set it, in camel case, e.g. `token`. */
  readonly flags?: readonly string[];
  /** Stands in for the setting of the account `default`. */
  readonly env?: string;
  readonly isSecret?: true;
  /** One of the fields with the same group is enough. */
  readonly requiredGroup?: string;
}

/** Messages that a vendor takes before it answers "not so fast"; each rule counts for itself. */
export interface Pace {
  /** Of an account, over all chats. */
  readonly perSecond?: number;
  /** Of one chat; `burst` of them may come at once. */
  readonly perChatSecond?: { readonly messages: number; readonly burst: number };
  /** Of a chat whose target begins with `targetPrefix`. */
  readonly perGroupMinute?: { readonly messages: number; readonly targetPrefix: string };
}

/**
 * What a channel is, as data: the kernel, the command line, the page and the documentation read it without loading the
 * vendor's library (reference channels/framework.md §1, "dock" and capabilities).
 */
export interface ChannelFacts {
  /** Lower-case; also the key under `channels` and the name in addresses, files and tables. */
  readonly id: string;
  readonly label: string;
  /** Longer name for lists, e.g. `Telegram Bot`. */
  readonly detailLabel: string;
  /** One sentence for people who choose a channel. */
  readonly blurb: string;
  readonly aliases: readonly string[];
  /** Place in lists; the contract's channels have 0 to 19. */
  readonly order: number;
  /** Name of a symbol that apps of the original show. */
  readonly systemImage: string;
  readonly chatTypes: readonly ChatType[];
  readonly can: {
    readonly reactions: boolean;
    readonly edit: boolean;
    readonly unsend: boolean;
    readonly reply: boolean;
    readonly threads: boolean;
    readonly polls: boolean;
    /** Rows of buttons below a message. */
    readonly buttons?: boolean;
    readonly media: boolean;
    readonly typing: boolean;
    readonly nativeCommands: boolean;
    readonly blockStreaming: boolean;
    /** Replies grow in a message that is edited while the model writes. */
    readonly draftStreaming: boolean;
  };
  readonly limits: {
    /** Characters of one message; `textChunkLimit` of the section wins. */
    readonly textChars: number;
    /** How fast the vendor takes messages; the kernel delays what is faster. Absent: as fast as they come. */
    readonly pace?: Pace;
    readonly captionChars?: number;
    readonly pollOptions?: number;
    /** How long a poll may be open where the vendor counts seconds; hours are refused there. */
    readonly pollSeconds?: { readonly min: number; readonly max: number };
    /** Default of `mediaMaxMb`. */
    readonly mediaMb: number;
    /** Default of `historyLimit`: messages of a group kept as context. */
    readonly history: number;
  };
  /** `reactionLevel` says how freely agents react, `minimal` by default. Absent: nothing does. */
  readonly hasReactionLevel?: true;
  readonly dialect: Dialect;
  /** Files are not uploaded: their URLs stand behind the text, as `Attachment: <url>` lines. */
  readonly mediaAsLinks?: true;
  /** Default of `markdown.tables`. */
  readonly tables: TableMode;
  /** Defaults of block streaming. */
  readonly coalesce?: { readonly minChars: number; readonly idleMs: number };
  /** The vendor takes a key with a send and shows the message once however often it is sent. */
  readonly takesIdempotencyKey: boolean;
  /** `[[reply_to…]]` of the model counts although `replyToMode` is off. */
  readonly keepsReplyTags: boolean;
  /**
   * What `groupPolicy: allowlist` lists: the people of `groupAllowFrom`, or the groups of `groups` and only then people.
   * Absent: `senders`.
   */
  readonly groupAllowlist?: 'senders' | 'groups';
  /** A group may be answered by several agents at once, by the list `broadcast`. Absent: by one. */
  readonly broadcastGroups?: boolean;
  /** `false`: that a session starts over is shown by the answer alone. Absent: it is said at once. */
  readonly confirmsReset?: false;
  /** Commands are for owners alone. */
  readonly commandsNeedOwner: boolean;
  readonly actions: readonly ChannelAction[];
  /**
   * How the results of sends look to models and programs: the name under which they say where a message went, and the
   * form for models, whose default is that of channels without a form of their own.
   */
  readonly results?: {
    readonly placeKey?: 'chatId' | 'channelId' | 'toJid' | 'conversationId';
    readonly form?: 'flat' | 'nested';
    /** Places are told with the channel's name before them, e.g. `telegram:4242`. */
    readonly namesChannel?: true;
    /** Models read where it went under this name as well. */
    readonly toolPlaceKey?: 'target';
  };
  /** How an account gets its credentials. */
  readonly login: 'token' | 'qr' | 'oauth' | 'webhook' | 'server';
  /** What an account is asked for, in this order. */
  readonly setup: readonly SetupField[];
  /** The line of the pairing notice that names the sender, e.g. `Your Telegram user id`. */
  readonly pairingIdLabel: string;
  /** Paths below which a change restarts the channel's accounts; `channels.<id>` always is one. */
  readonly restartsOn?: readonly string[];
}
