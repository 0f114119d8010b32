/** Words for queue settings (reference agent/sessions.md §7.1, §7.4). Pure. */

export type QueueMode = 'collect' | 'steer' | 'followup' | 'steer-backlog' | 'interrupt';
export type DropPolicy = 'old' | 'new' | 'summarize';

const MODES: Readonly<Record<string, QueueMode>> = {
  queue: 'steer',
  queued: 'steer',
  steer: 'steer',
  steering: 'steer',
  interrupt: 'interrupt',
  interrupts: 'interrupt',
  abort: 'interrupt',
  followup: 'followup',
  followups: 'followup',
  'follow-up': 'followup',
  'follow-ups': 'followup',
  collect: 'collect',
  coalesce: 'collect',
  'steer-backlog': 'steer-backlog',
  'steer+backlog': 'steer-backlog',
  steer_backlog: 'steer-backlog',
};

const DROPS: Readonly<Record<string, DropPolicy>> = {
  old: 'old',
  oldest: 'old',
  new: 'new',
  newest: 'new',
  summarize: 'summarize',
  summary: 'summarize',
};

export function queueModeOf(word: string | null | undefined): QueueMode | undefined {
  return MODES[(word ?? '').trim().toLowerCase()];
}

export function dropPolicyOf(word: string | null | undefined): DropPolicy | undefined {
  return DROPS[(word ?? '').trim().toLowerCase()];
}
