import type { AssistantMessage, ImagePart, ModelRef, ThinkingLevel, Usage } from '@chela/models';
import type { MessageSource, TranscriptMessage } from '@chela/store';
import type { ToolResult } from '@chela/tools';
import type { InboundContext } from './inbound/inbound-context.ts';
import type { Provenance } from './messages/provenance.ts';

/** A tool that the caller runs itself: the model may ask for it, and the run then ends with the call. */
export interface ClientTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A call that waits for the caller. */
export interface ClientCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A message for an agent, checked and routed: the session key is canonical and the agent exists. */
export interface AgentRequest {
  /** Also the idempotency key. */
  readonly runId: string;
  readonly source: MessageSource;
  readonly agentId: string;
  readonly sessionKey: string;
  /** The key as the client wrote it; chat.abort and aborted events use it (reference protocol.md §6). */
  readonly requestedSessionKey: string;
  readonly text: string;
  readonly images: readonly ImagePart[];
  readonly thinking?: ThinkingLevel;
  readonly extraSystemPrompt?: string;
  /** Sender and message id for the untrusted-metadata block of chat.send; absent for `agent`. */
  readonly sender?: MessageSender;
  /** Who wrote the message when it was not the user. */
  readonly provenance?: Provenance;
  /** Set for messages of channels: where the answer goes. */
  readonly origin?: ReplyOrigin;
  /** Set for messages of channels: what the channel knows besides the text. */
  readonly inbound?: InboundContext;
  /** The answer goes to this place of a channel although it answers no message there. Fixed before the run starts. */
  readonly deliverTo?: DeliveryPlace;
  /** Run timeout; 0 means none. Absent: `agents.defaults.timeoutSeconds`, else 600 s. */
  readonly timeoutMs?: number;
  readonly channel?: string;
  /** Asked for by the run itself; wins over the session's. */
  readonly model?: ModelRef;
  /** The text is the message letter by letter: no time is stamped on it and no reset trigger is read in it. */
  readonly verbatim?: true;
  /** The run starts over in its session: a new session id and an empty transcript (reference agent/automation.md §1.7). */
  readonly freshSession?: true;
  /** A turn for saving memories that nobody sees (reference agent/sessions.md §14.3). */
  readonly memoryFlush?: true;
  /** Offered beside the agent's own tools; one of the same name stands for it. */
  readonly clientTools?: readonly ClientTool[];
  /**
   * The run is a heartbeat: nobody is shown how it goes, and an answer without news leaves no trace in the conversation
   * (reference agent/sessions.md §13).
   */
  readonly heartbeat?: HeartbeatRun;
}

export type HeartbeatEvent = 'heartbeat' | 'cron-event' | 'exec-event';

/** What a heartbeat's settings say about its answer (reference agent/sessions.md §13). */
export interface HeartbeatRun {
  /** What the model is told in the place of a channel: why it is asked. */
  readonly event: HeartbeatEvent;
  readonly ackMaxChars: number;
  /** What the model thought is told too, in a session that shows it. */
  readonly includeReasoning?: true;
  /** Nobody is told of tools that failed. */
  readonly suppressToolErrorWarnings?: true;
}

/** Where a message of a channel came from and where its answer goes. Fixed on arrival, never derived again (design rule 4). */
export interface ReplyOrigin {
  readonly channel: string;
  readonly accountId: string;
  /** In the channel's own writing. */
  readonly to: string;
  readonly threadId?: string;
  /** The vendor's id of the message. */
  readonly messageId: string;
  readonly chatType: 'direct' | 'group' | 'channel';
  readonly wasMentioned?: boolean;
  /** A command of the vendor's own menu: its answer comes whole, without a sign that it is being written. */
  readonly isFromMenu?: boolean;
  /** A reaction says that the message was seen. */
  readonly isAcked?: boolean;
  /** Set for a pressed button, whose own id names no message. */
  readonly button?: PressedButton;
}

/** A button of ours that somebody pressed. */
export interface PressedButton {
  /** The message it stands under. */
  readonly messageId: string;
  /** It turns a page: the answer of a command takes that message's place. */
  readonly turnsPage?: true;
}

/** A place of a channel that can be written to. */
export interface DeliveryPlace {
  readonly channel: string;
  readonly accountId: string;
  /** In the channel's own writing. */
  readonly to: string;
  readonly threadId?: string;
}

/** Who wrote a message, and what the door it came through knows of them. */
export interface MessageSender {
  readonly messageId: string;
  /** Also the id under which allowlists know them. */
  readonly name: string;
  /** Scopes of a gateway client; absent for people on a channel. */
  readonly scopes?: readonly string[];
  /** False: not the owner. Absent: as `commands.ownerAllowFrom` says, else the owner. */
  readonly isOwner?: boolean;
  /** False: commands and directives of theirs are plain text. Absent: they count. */
  readonly mayCommand?: boolean;
  /** False: no list names them; they were let in with everybody. */
  readonly isKnown?: boolean;
}

/** What a heartbeat brought: nothing to say, the same as the last one within a day, or news. */
export type HeartbeatVerdict = 'ok-token' | 'ok-empty' | 'duplicate' | 'alert';

/** One message of an answer. Media are URLs or paths as the model wrote them. */
export interface ReplyPayload {
  readonly text: string;
  /** The first of `mediaUrls`. */
  readonly mediaUrl: string | null;
  readonly mediaUrls?: readonly string[];
  /** Only in answers to messages of channels: what the model's tags asked for, and what a channel alone understands. */
  readonly delivery?: ReplyDelivery;
}

export interface ReplyDelivery {
  /** `[[reply_to_current]]`, or the id of `[[reply_to: <id>]]`. */
  readonly replyTo?: { readonly current: true } | { readonly id: string };
  /** `[[audio_as_voice]]`. */
  readonly asVoice?: true;
  /** A failure that is told, not an answer. */
  readonly isError?: true;
  /** Said beside the answer, e.g. what the model thought. */
  readonly isAside?: true;
  /** By channel id, e.g. `{ telegram: { buttons: [[{ text, callback_data }]] } }`. */
  readonly channelData?: Readonly<Record<string, unknown>>;
}

/** What a client may know about how a run ended; kept in the ledger and given to repeated requests. */
export type RunOutcome =
  | {
      readonly kind: 'answered';
      readonly payloads: readonly ReplyPayload[];
      readonly meta: RunMeta;
      readonly silent: boolean;
      /** The answer of a command such as `/status`: no model was asked, and the reply is a message of the gateway itself. */
      readonly command?: true;
      /** Set for heartbeats. */
      readonly heartbeat?: HeartbeatVerdict;
      /** The message waits for, or was put into, another run, which answers it. */
      readonly queued?: true;
      /** The run ended because the model asked for tools of the caller. */
      readonly clientCalls?: readonly ClientCall[];
      readonly startedAt: number;
      readonly endedAt: number;
    }
  | {
      readonly kind: 'errored';
      readonly errorMessage: string;
      /** The error an `agent` request is answered with; absent when its payloads are the answer. */
      readonly thrown?: string;
      readonly payloads: readonly ReplyPayload[];
      readonly meta: RunMeta;
      readonly startedAt: number;
      readonly endedAt: number;
    }
  | {
      readonly kind: 'aborted';
      readonly stopReason: 'rpc' | 'stop' | 'timeout' | 'restart';
      /** What was shown of the message that was being written. */
      readonly partialText: string;
      /** What an `agent` request is answered with: everything said so far, or why nothing was. */
      readonly payloads: readonly ReplyPayload[];
      readonly meta: RunMeta;
      readonly startedAt: number;
      readonly endedAt: number;
    };

export interface RunMeta {
  readonly durationMs: number;
  readonly aborted: boolean;
  readonly agentMeta: {
    readonly sessionId: string;
    readonly provider: string;
    readonly model: string;
    readonly usage?: Usage;
    readonly lastCallUsage?: Usage;
    readonly promptTokens?: number;
  };
  readonly systemPromptReport?: unknown;
}

/**
 * What happens inside a run, in order. Text and thinking events carry the piece and the whole so far of the current assistant
 * message. `told` is what the people of a verbose conversation read of a tool; Markdown.
 */
export type RunEvent = {
  readonly runId: string;
  readonly sessionKey: string;
  readonly requestedSessionKey: string;
  readonly source: AgentRequest['source'];
  readonly origin?: ReplyOrigin;
  readonly at: number;
} & (
  | { readonly type: 'started'; readonly startedAt: number }
  | { readonly type: 'text'; readonly delta: string; readonly text: string }
  | { readonly type: 'thinking'; readonly delta: string; readonly text: string }
  | { readonly type: 'assistantMessage'; readonly message: AssistantMessage }
  | {
      readonly type: 'toolStarted';
      readonly toolCallId: string;
      readonly name: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly told?: string;
    }
  | { readonly type: 'toolUpdated'; readonly toolCallId: string; readonly name: string; readonly partial: ToolResult }
  | {
      readonly type: 'toolFinished';
      readonly toolCallId: string;
      readonly name: string;
      readonly result: ToolResult;
      readonly summary?: string;
      readonly told?: string;
    }
  /** The gateway itself said something, which is in the transcript. */
  | { readonly type: 'noted'; readonly entryId: string; readonly message: TranscriptMessage }
  | { readonly type: 'compactionStarted' }
  /** `willRetry`: the request that was too long is sent again. */
  | { readonly type: 'compactionEnded'; readonly compacted: boolean; readonly willRetry: boolean }
  | { readonly type: 'ended'; readonly outcome: RunOutcome }
);

export type SubmitResult =
  | { readonly status: 'started'; readonly acceptedAt: number; readonly outcome: Promise<RunOutcome> }
  | { readonly status: 'inFlight'; readonly acceptedAt: number }
  | { readonly status: 'ended'; readonly outcome: RunOutcome };

export interface AgentRuntime {
  /** Writes the message to the ledger, then starts or queues its turn. Resolves once it is durable. */
  submit(request: AgentRequest): Promise<SubmitResult>;
  /** Ends a run of a session, or all of them. The runs' partial answers stay in the transcript. */
  abort(input: {
    sessionKey: string;
    runId?: string;
    origin: 'rpc' | 'stop-command';
  }): Promise<{ readonly runIds: readonly string[] }>;
  /** Waits for a run's outcome; undefined after `timeoutMs` or for an unknown run. */
  wait(runId: string, timeoutMs: number): Promise<RunOutcome | undefined>;
  /** Runs that are queued or running now. */
  active(): readonly { readonly runId: string; readonly sessionKey: string; readonly startedAt: number | undefined }[];
  subscribe(listener: (event: RunEvent) => void): () => void;
  /** Resumes or ends what an earlier process left unfinished, and publishes replies it could not. Call once, after start. */
  recover(): Promise<{ readonly resumed: number; readonly ended: number; readonly published: number }>;
  /** Stops taking messages, lets running turns finish for at most `drainMs`, and leaves the rest for `recover`. */
  close(drainMs: number): Promise<void>;
}
