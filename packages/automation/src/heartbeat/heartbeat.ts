import type { AgentRequest, RunOutcome } from '@chela/agent';

/** What the last heartbeat came to; the payload of the `heartbeat` event (reference protocol/events.json). */
export interface HeartbeatNews {
  readonly ts: number;
  readonly status: 'sent' | 'ok-empty' | 'ok-token' | 'skipped' | 'failed';
  readonly reason?: string;
  readonly to?: string;
  readonly accountId?: string;
  readonly channel?: string;
  /** The beginning of what it said. */
  readonly preview?: string;
  readonly durationMs?: number;
  readonly hasMedia?: boolean;
  readonly silent?: boolean;
  readonly indicatorType?: 'ok' | 'alert' | 'error';
}

/** How an attempt ended. `ran` says nothing about whether there were news. */
export type HeartbeatResult =
  | { readonly status: 'ran'; readonly durationMs: number }
  | { readonly status: 'skipped'; readonly reason: string }
  | { readonly status: 'failed'; readonly reason: string };

export interface HeartbeatAsk {
  /** Why: `interval`, `wake`, `exec-event`, `cron:<job>`, `hook:<id>`. */
  readonly reason: string;
  /** Absent: every agent that has a heartbeat. */
  readonly agentId?: string;
  /** Absent: the agent's heartbeat session. */
  readonly sessionKey?: string;
}

/** Lets agents look after things by themselves, at intervals and when something happened (reference agent/sessions.md §13). */
export interface Heartbeats {
  /** Asks for a heartbeat soon. Asks that come together are one; a busy session is asked again until it is free. */
  wake(ask: HeartbeatAsk): void;
  /** Runs one now, unless a rule is against it. `runId` makes a repeated call the same run. */
  runOnce(ask: HeartbeatAsk & { readonly agentId: string; readonly runId?: string }): Promise<HeartbeatResult>;
  /**
   * The runtime's hook: hands what a heartbeat has to say to its channel before the run counts as over, also for a run of
   * an earlier process. A repetition, here or by whoever waits for the run, tells nobody twice. Never rejects for want of
   * a channel.
   */
  alert(run: Pick<AgentRequest, 'agentId' | 'runId'>, outcome: RunOutcome): Promise<void>;
  setEnabled(enabled: boolean): void;
  /** Undefined before the first. */
  last(): HeartbeatNews | undefined;
  subscribe(listener: (news: HeartbeatNews) => void): () => void;
  /** Arms the intervals. */
  start(): void;
  /** Starts nothing any more. */
  stop(): void;
  /** Resolves when nothing runs any more. */
  ended(): Promise<void>;
}

export const BUSY_REASON = 'requests-in-flight';
