import type { HookBell } from './hook-event.ts';

/** The internal hooks of a gateway (reference agent/automation.md §4). */
export interface HookService extends HookBell {
  /** Loads the hooks and tells them that the gateway has started. Resolves with how many there are. */
  start(): Promise<number>;
  close(): Promise<void>;
}
