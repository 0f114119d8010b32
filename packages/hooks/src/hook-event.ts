/** What hooks hear of (reference agent/automation.md §4.2). */
export interface HookEvent {
  readonly type: 'command' | 'session' | 'agent' | 'gateway' | 'message';
  /** E.g. `new`, `reset`, `stop`, `bootstrap`, `startup`, `received`, `sent`. */
  readonly action: string;
  readonly sessionKey: string;
  /** Plain data: it crosses into the handlers' threads. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** What the handlers of an event left behind. */
export interface HookReply {
  /** Texts for the user, in their order. */
  readonly messages: readonly string[];
  /** The context after the last handler; a handler may replace members such as `bootstrapFiles`. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** Where events are told. Handlers that fail or take too long are logged and never stop the teller. */
export interface HookBell {
  /** Whether anybody listens; cheap, so that an event nobody wants costs nothing. */
  hears(type: HookEvent['type'], action: string): boolean;
  /** Runs the handlers one after another and waits for them. Never rejects. */
  ring(event: HookEvent): Promise<HookReply>;
  /** As `ring`, without waiting: for events whose handlers nobody needs to hear from. */
  tell(event: HookEvent): void;
}
