/** A scheduled job as it stands in `jobs.json` (reference agent/automation.md §1). Times are milliseconds since the epoch. */

export type CronSchedule =
  | { readonly kind: 'at'; readonly at: string }
  | { readonly kind: 'every'; readonly everyMs: number; readonly anchorMs?: number }
  | { readonly kind: 'cron'; readonly expr: string; readonly tz?: string; readonly staggerMs?: number };

export type CronPayload =
  | { readonly kind: 'systemEvent'; readonly text: string }
  | {
      readonly kind: 'agentTurn';
      readonly message: string;
      readonly model?: string;
      readonly thinking?: string;
      /** 0 means no limit. */
      readonly timeoutSeconds?: number;
      readonly allowUnsafeExternalContent?: boolean;
      /** Written by older releases; `delivery` wins. */
      readonly deliver?: boolean;
      readonly channel?: string;
      readonly to?: string;
      readonly bestEffortDeliver?: boolean;
    };

export interface CronDelivery {
  readonly mode: 'none' | 'announce' | 'webhook';
  /** A channel id, or `last`: where the person wrote last. */
  readonly channel?: string;
  /** A recipient of the channel; the address of a webhook. */
  readonly to?: string;
  readonly accountId?: string;
  /** What cannot be delivered is no error of the job. */
  readonly bestEffort?: boolean;
}

export type CronStatus = 'ok' | 'error' | 'skipped';

export interface CronJobState {
  readonly nextRunAtMs?: number;
  readonly runningAtMs?: number;
  readonly lastRunAtMs?: number;
  readonly lastStatus?: CronStatus;
  readonly lastError?: string;
  readonly lastDurationMs?: number;
  readonly consecutiveErrors?: number;
  /** Times in a row that the next run could not be computed. */
  readonly scheduleErrorCount?: number;
}

export interface CronJob {
  readonly id: string;
  readonly agentId?: string;
  readonly sessionKey?: string;
  readonly name: string;
  readonly description?: string;
  readonly enabled: boolean;
  readonly deleteAfterRun?: boolean;
  /** Written by older releases: post the outcome to `cron.webhook`. */
  readonly notify?: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly schedule: CronSchedule;
  readonly sessionTarget: 'main' | 'isolated';
  readonly wakeMode: 'next-heartbeat' | 'now';
  readonly payload: CronPayload;
  readonly delivery?: CronDelivery;
  readonly state: CronJobState;
}

/** What `cron.add` takes, normalised. */
export type NewCronJob = Omit<
  CronJob,
  'id' | 'createdAtMs' | 'updatedAtMs' | 'state' | 'agentId' | 'sessionKey' | 'enabled' | 'notify'
> & {
  readonly enabled?: boolean | undefined;
  readonly agentId?: string | null | undefined;
  readonly sessionKey?: string | null | undefined;
};

export type CronPayloadPatch =
  | { readonly kind: 'systemEvent'; readonly text?: string }
  | ({ readonly kind: 'agentTurn'; readonly message?: string } & Omit<
      Extract<CronPayload, { kind: 'agentTurn' }>,
      'kind' | 'message'
    >);

/** What `cron.update` takes, normalised. `null` clears the agent or session. */
export interface CronJobPatch extends Partial<Omit<NewCronJob, 'payload' | 'delivery'>> {
  readonly payload?: CronPayloadPatch;
  readonly delivery?: Partial<CronDelivery>;
  readonly state?: Partial<CronJobState>;
}

/** One line of a job's run log, and with another `action` the payload of the `cron` event. */
export interface CronRunEntry {
  readonly ts: number;
  readonly jobId: string;
  readonly action: 'finished';
  readonly status?: CronStatus;
  readonly error?: string;
  readonly summary?: string;
  readonly sessionId?: string;
  readonly sessionKey?: string;
  readonly runAtMs?: number;
  readonly durationMs?: number;
  readonly nextRunAtMs?: number;
  readonly model?: string;
  readonly provider?: string;
  readonly usage?: { readonly input_tokens: number; readonly output_tokens: number; readonly total_tokens: number };
}

export type CronEvent =
  | { readonly action: 'added' | 'updated' | 'removed'; readonly jobId: string; readonly nextRunAtMs?: number }
  | { readonly action: 'started'; readonly jobId: string; readonly runAtMs: number }
  | Omit<CronRunEntry, 'ts'>;
