import type { HookEvent } from '../hook-event.ts';

/** What one handler left behind. */
export interface HandlerReply {
  readonly messages?: readonly string[];
  /** Replaces the member of the same name in the context of the handlers after it. */
  readonly bootstrapFiles?: readonly unknown[];
}

/** Something that hears events: a hook of this program, or a person's in a thread of its own. */
export interface HookHandler {
  readonly name: string;
  /** `type` or `type:action`. */
  readonly events: readonly string[];
  /** Rejects when it fails or takes longer than `timeLimitMs`. */
  handle(event: HookEvent, timeLimitMs: number): Promise<HandlerReply>;
  close(): Promise<void>;
}
