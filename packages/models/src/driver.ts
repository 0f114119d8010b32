/**
 * The seam between the agent runtime and a model provider. A driver turns one request into one stream of events
 * and knows nothing about sessions, tools' meaning, retries or failover.
 */

import type { CliBackend } from './drivers/cli/backend.ts';

/** `provider/model` after normalisation, e.g. `{provider: 'anthropic', model: 'claude-opus-4-6'}`. */
export interface ModelRef {
  readonly provider: string;
  readonly model: string;
}

/**
 * API kinds accepted in `models.providers.<id>.api`, those of the built-in catalog, programs of this machine, and the
 * built-in demonstration.
 */
export type ModelApi =
  | 'openai-completions'
  | 'openai-responses'
  | 'openai-codex-responses'
  | 'azure-openai-responses'
  | 'anthropic-messages'
  | 'google-generative-ai'
  | 'google-gemini-cli'
  | 'google-vertex'
  | 'bedrock-converse-stream'
  | 'github-copilot'
  | 'ollama'
  | 'cli'
  | 'demo';

export type ThinkingLevel = 'off' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh';

/** A model with everything a driver needs to call it. Costs are US dollars per million tokens. */
export interface ResolvedModel {
  readonly ref: ModelRef;
  readonly name: string;
  readonly api: ModelApi;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly reasoning: boolean;
  readonly input: readonly ('text' | 'image')[];
  readonly contextWindow: number;
  readonly maxTokens: number;
  readonly cost: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
  };
  /** `models.providers.<id>.models[].compat`: departures of a server from its API (reference agent/models.md §9.1). */
  readonly compat?: Readonly<Record<string, unknown>>;
  /** `agents.defaults.models.<ref>.params`: temperature, maxTokens, cacheRetention and the like (§9.5). */
  readonly params?: Readonly<Record<string, unknown>>;
  /** How to call the program that answers; with `api: 'cli'` alone. */
  readonly backend?: CliBackend;
}

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}
/** `data` is base64 without a data-URL prefix. */
export interface ImagePart {
  readonly type: 'image';
  readonly data: string;
  readonly mimeType: string;
}
export interface ThinkingPart {
  readonly type: 'thinking';
  readonly thinking: string;
  /** Opaque provider signature; must be sent back unchanged with the part. */
  readonly thinkingSignature?: string;
}
export interface ToolCallPart {
  readonly type: 'toolCall';
  readonly id: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Opaque provider signature of the thought behind the call; must be sent back unchanged with it. */
  readonly thoughtSignature?: string;
}

export interface UserMessage {
  readonly role: 'user';
  readonly content: readonly (TextPart | ImagePart)[];
  readonly timestamp: number;
}

export type StopReason = 'stop' | 'length' | 'toolUse' | 'error' | 'aborted';

export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content: readonly (TextPart | ThinkingPart | ToolCallPart)[];
  readonly api: string;
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
  readonly stopReason: StopReason;
  readonly errorMessage?: string;
  readonly timestamp: number;
}

export interface ToolResultMessage {
  readonly role: 'toolResult';
  readonly toolCallId: string;
  readonly toolName: string;
  readonly content: readonly (TextPart | ImagePart)[];
  readonly details?: unknown;
  readonly isError: boolean;
  readonly timestamp: number;
}

export type ModelMessage = UserMessage | AssistantMessage | ToolResultMessage;

/** Token counts of one model call and their cost in US dollars. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly totalTokens: number;
  readonly cost: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
    readonly total: number;
  };
}

/** A tool as offered to a model: JSON Schema parameters, already cleaned for the provider's dialect. */
export interface ToolOffer {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ModelRequest {
  readonly model: ResolvedModel;
  readonly systemPrompt: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ToolOffer[];
  readonly thinking: ThinkingLevel;
  readonly maxTokens?: number;
  /** For providers that key their prompt cache by session. */
  readonly sessionId?: string;
  /** The session that a program keeps for this talk (`cliSessionIds` of the session entry). */
  readonly cliSessionId?: string;
  /** Where programs run. */
  readonly workspaceDir?: string;
  /** The run whose budget pays for the call. */
  readonly runId?: string;
  /** The auth profile of the session, if it has one. */
  readonly profile?: ProfileChoice;
}

/** Which auth profile a session uses: one that worked for it, or one a person pinned and that is never exchanged. */
export interface ProfileChoice {
  readonly id: string;
  readonly isPinned: boolean;
}

/**
 * What a driver yields, in order. Exactly one `done` or `failed` ends the stream; nothing follows it.
 * `toolCall` carries complete arguments; a call whose arguments are no JSON object arrives with `{}` and `malformed`.
 */
export type ModelEvent =
  | { readonly type: 'textDelta'; readonly text: string }
  | { readonly type: 'thinkingDelta'; readonly text: string }
  | { readonly type: 'thinkingSignature'; readonly signature: string }
  | { readonly type: 'toolCall'; readonly call: ToolCallPart; readonly malformed?: string }
  | {
      readonly type: 'done';
      readonly stopReason: 'stop' | 'length' | 'toolUse';
      readonly usage: Usage;
      /** The auth profile that answered; set by the service, not by drivers. */
      readonly profileId?: string;
      /** The session in which a program goes on with this talk. */
      readonly cliSessionId?: string;
    }
  | { readonly type: 'failed'; readonly failure: ModelFailure };

/** Why a candidate failed; decides whether the next profile or model may be tried (reference agent/models.md §6). */
export type FailoverReason = 'auth' | 'format' | 'rate_limit' | 'billing' | 'timeout' | 'unknown';

export interface ModelFailure {
  /** The provider's own words, secrets removed, e.g. `401 Incorrect API key provided`. */
  readonly message: string;
  readonly status?: number;
  readonly reason: FailoverReason | 'aborted' | 'context_overflow' | 'budget';
  readonly retryAfterMs?: number;
  /** True when bytes of an answer had already arrived. */
  readonly partial: boolean;
}

/** A credential that only a driver opens, at the moment it writes the request. */
export interface ModelCredential {
  /** Where it came from, safe to show: `profile:<id>`, `env: VAR`, `models.json`. */
  readonly source: string;
  /** Reveals the secret. Call it only when writing a request header. */
  reveal(): string;
}

/** One API kind. `stream` never throws: every fault becomes a `failed` event. Aborting the signal ends it with reason `aborted`. */
export interface ModelDriver {
  readonly api: ModelApi;
  stream(
    request: ModelRequest,
    credential: ModelCredential | undefined,
    signal: AbortSignal,
  ): AsyncIterable<ModelEvent>;
}
