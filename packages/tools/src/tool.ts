import type { ImagePart, TextPart } from '@chela/models';

/** What a tool gives back to the model and to viewers (reference agent/tools.md §2). */
export interface ToolResult {
  readonly content: readonly (TextPart | ImagePart)[];
  /** Structured facts for viewers and for the transcript; never sent to the model. */
  readonly details?: unknown;
  readonly isError?: boolean;
  /** The model goes in circles whatever it is told: the run ends after this call, with these words for people. */
  readonly endsRun?: string;
}

/** The circumstances of one call. Everything a tool may touch comes in here. */
export interface ToolContext {
  readonly agentId: string;
  readonly sessionKey: string;
  readonly sessionId: string;
  readonly runId: string;
  readonly toolCallId: string;
  /** Absolute path; relative paths of file tools resolve against it. */
  readonly workspaceDir: string;
  /** Context window of the model in use, in tokens; decides how much `read` returns at most. */
  readonly contextWindow: number;
  readonly modelHasVision: boolean;
  readonly signal: AbortSignal;
  /** Interim output for viewers, e.g. the tail of a running command. */
  onUpdate?(partial: ToolResult): void;
}

/** Whether repeating a call after a crash could do harm. `none` calls may run again; others never do. */
export type SideEffects = 'none' | 'possible';

export interface Tool {
  readonly name: string;
  /** For the model. Own words. */
  readonly description: string;
  /** JSON Schema as in the contract (reference agent/tools.json). */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly sideEffects: SideEffects;
  /** A short human line about a call, e.g. `from notes.txt`; the `meta` of tool events. */
  summary?(args: Readonly<Record<string, unknown>>): string | undefined;
  /** Runs the call. May throw: the registry turns an error into the contract's error result. */
  run(args: Readonly<Record<string, unknown>>, context: ToolContext): Promise<ToolResult>;
}

/** An action about to happen, as the policy pipeline and the defender see it. */
export interface ProposedAction {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly agentId: string;
  readonly sessionKey: string;
  readonly runId: string;
  readonly toolCallId: string;
  /** Where the message being answered came from; absent for a local operator. */
  readonly origin?: ToolOrigin;
}

export type PolicyVerdict =
  | { readonly action: 'allow' }
  /** `message` is what the model reads. */
  | { readonly action: 'block'; readonly message: string };

/** The one place every call passes before it runs; the defender takes its seat here. */
export type PolicyHook = (action: ProposedAction, signal: AbortSignal) => Promise<PolicyVerdict>;

/** Where the message being answered came from, as far as it is known and verified. */
export interface ToolOrigin {
  /** Channel the message arrived on, e.g. `telegram`. */
  readonly channel?: string;
  readonly accountId?: string;
  /** The conversation, in the channel's own writing, e.g. `4242`. */
  readonly to?: string;
  readonly threadId?: string;
  /** The vendor's id of the message. */
  readonly messageId?: string;
  readonly groupId?: string;
  readonly groupChannel?: string;
  readonly groupSpace?: string;
  readonly senderId?: string;
  readonly senderName?: string;
  readonly senderUsername?: string;
  readonly senderE164?: string;
  readonly senderIsOwner?: boolean;
  /** False: no list names the sender; they were let in with everybody. */
  readonly senderIsKnown?: boolean;
  /** The message brought along what others wrote: a group's history, a quote, something forwarded. */
  readonly hasOthersText?: boolean;
  /** Key of the session that spawned this one. */
  readonly spawnedBy?: string;
}

/** Who asks for tools; decides what the policy layers leave over. */
export interface ToolScope {
  readonly agentId: string;
  readonly sessionKey: string;
  readonly provider: string;
  readonly model: string;
  /** Whether some model of the agent can look at images; decides whether `image` is offered. */
  readonly hasImageModel?: boolean;
  /** Absent: a local operator. */
  readonly origin?: ToolOrigin;
  /** What the session says about commands. */
  readonly exec?: SessionExec;
}

/** How commands run in a session, over the configuration (reference agent/tools.md §4.15, agent/sessions.md §19). */
export interface SessionExec {
  readonly host?: string;
  /** The node of `host=node`. */
  readonly node?: string;
  readonly security?: string;
  readonly ask?: string;
  /** Elevated rights of the sender; absent when a gate keeps them away. */
  readonly elevated?: 'off' | 'ask' | 'full';
}

/** Something outside of this program that brings tools, and how it is doing. */
export interface ToolSource {
  readonly name: string;
  readonly kind: 'mcp';
  readonly transport: 'stdio' | 'http';
  readonly state: 'idle' | 'starting' | 'ready' | 'failed' | 'closed';
  /** How many tools it has told of. */
  readonly tools: number;
  readonly problem?: string;
}

/** What the agent runtime needs of the tools. */
export interface ToolService {
  /**
   * Makes tools ready that come from elsewhere, before they are offered; waits for them for a while. Absent: there are
   * none. Rejects only for an abort.
   */
  prepare?(scope: ToolScope, signal: AbortSignal): Promise<void>;
  /** What brings tools from elsewhere; absent: nothing does. */
  sources?(): readonly ToolSource[];
  /** The tools left over by policy for a scope, in the contract's order, schemas shaped for the provider. */
  offer(scope: ToolScope): readonly Tool[];
  /**
   * Runs one call through policy hook, parameter repair and the tool. Never throws except for an abort:
   * unknown tools, refusals and failures are results the model can read.
   */
  call(
    tool: { name: string; arguments: Readonly<Record<string, unknown>> },
    scope: ToolScope,
    context: ToolContext,
  ): Promise<ToolResult>;
  /**
   * Runs one call for a caller that is no model: policy hook and tool as in `call`, but what the tool throws is thrown,
   * arguments are the tool's own to judge, and an unknown tool throws. Errors with `status: 400` are the caller's.
   */
  invoke(
    tool: { name: string; arguments: Readonly<Record<string, unknown>> },
    scope: ToolScope,
    context: ToolContext,
  ): Promise<ToolResult>;
  /** Ends every process the tools own. */
  close(): Promise<void>;
}
