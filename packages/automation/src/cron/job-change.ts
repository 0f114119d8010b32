import type { CronDelivery, CronJob, CronJobPatch, CronPayload, CronSchedule, NewCronJob } from './job.ts';

/** Makes and changes jobs (reference agent/automation.md §1). Pure; combinations that make no sense throw in the contract's words. */

export function newJob(id: string, input: NewCronJob, now: number): CronJob {
  const { agentId, sessionKey, name, description, enabled = true, deleteAfterRun, schedule, ...what } = input;
  const { sessionTarget, wakeMode, payload, delivery } = what;
  return checked({
    id,
    ...(agentId && { agentId }),
    ...(sessionKey && { sessionKey }),
    name: name.trim(),
    ...(description !== undefined && { description }),
    enabled,
    ...(deleteAfterRun !== undefined && { deleteAfterRun }),
    createdAtMs: now,
    updatedAtMs: now,
    schedule: anchored(schedule, now),
    sessionTarget,
    wakeMode,
    payload,
    ...(delivery && { delivery }),
    state: {},
  });
}

/** The changed job; its next run is to be computed anew when `isRescheduled`. */
export function changedJob(
  job: CronJob,
  patch: CronJobPatch,
  now: number,
): { readonly job: CronJob; readonly isRescheduled: boolean } {
  const {
    agentId = job.agentId,
    sessionKey = job.sessionKey,
    payload,
    delivery: _asked,
    schedule,
    state,
    ...rest
  } = patch;
  const { agentId: _agent, sessionKey: _session, delivery: _delivery, ...kept } = job;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const next: CronJob = {
    ...kept,
    ...given,
    ...(patch.name !== undefined && { name: patch.name.trim() }),
    ...(agentId && { agentId }),
    ...(sessionKey && { sessionKey }),
    ...(schedule && { schedule: anchored(withStagger(schedule, job.schedule), now) }),
    ...(payload && { payload: changedPayload(job.payload, payload) }),
    ...deliveryOf(job, patch),
    updatedAtMs: now,
    state: { ...job.state, ...state },
  };
  const isRescheduled = schedule !== undefined || next.enabled !== job.enabled;
  return { job: checked(next), isRescheduled };
}

/** An interval counts from the moment it was set. */
function anchored(schedule: CronSchedule, now: number): CronSchedule {
  return schedule.kind === 'every' && schedule.anchorMs === undefined ? { ...schedule, anchorMs: now } : schedule;
}

/** A new expression keeps the stagger that was set for the old one. */
function withStagger(schedule: CronSchedule, before: CronSchedule): CronSchedule {
  if (schedule.kind !== 'cron' || schedule.staggerMs !== undefined) return schedule;
  if (before.kind !== 'cron' || before.staggerMs === undefined) return schedule;
  return { ...schedule, staggerMs: before.staggerMs };
}

function changedPayload(before: CronPayload, patch: NonNullable<CronJobPatch['payload']>): CronPayload {
  if (patch.kind === 'systemEvent') {
    const text = patch.text ?? (before.kind === 'systemEvent' ? before.text : undefined);
    if (text === undefined) throw new Error('cron.update payload.kind="systemEvent" requires text');
    return { kind: 'systemEvent', text };
  }
  const kept = before.kind === 'agentTurn' ? before : undefined;
  const message = patch.message ?? kept?.message;
  if (message === undefined) throw new Error('cron.update payload.kind="agentTurn" requires message');
  return { ...kept, ...patch, message };
}

/** A job that moves to the main session loses a delivery that only isolated runs have. */
function deliveryOf(job: CronJob, patch: CronJobPatch): { readonly delivery?: CronDelivery } {
  if (patch.delivery === undefined) {
    const isLost = patch.sessionTarget === 'main' && job.delivery?.mode === 'announce';
    return job.delivery === undefined || isLost ? {} : { delivery: job.delivery };
  }
  const { mode = job.delivery?.mode ?? 'announce', ...rest } = patch.delivery;
  // The main session has no delivery of its own, so there is none to switch off either.
  if (mode === 'none' && (patch.sessionTarget ?? job.sessionTarget) === 'main') return {};
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { delivery: { ...job.delivery, mode, ...given } };
}

function checked(job: CronJob): CronJob {
  const { sessionTarget, payload, delivery } = job;
  if (sessionTarget === 'main' && payload.kind !== 'systemEvent') {
    throw new Error('main cron jobs require payload.kind="systemEvent"');
  }
  if (sessionTarget === 'isolated' && payload.kind !== 'agentTurn') {
    throw new Error('isolated cron jobs require payload.kind="agentTurn"');
  }
  if (delivery?.mode === 'webhook' && !isWebAddress(delivery.to)) {
    throw new Error('cron webhook delivery requires delivery.to to be a valid http(s) URL');
  }
  if (sessionTarget === 'main' && delivery?.mode === 'announce') {
    throw new Error('cron channel delivery config is only supported for sessionTarget="isolated"');
  }
  return job;
}

export function isWebAddress(to: string | undefined): to is string {
  const url = URL.parse(to?.trim() ?? '');
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
}
