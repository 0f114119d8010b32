import { createValidators, type SchemaName, type SchemaTypes } from '@chela/protocol';
import { isRecord } from '../record.ts';
import { refusedTime } from './absolute-time.ts';
import type { CronJobPatch, CronSchedule, NewCronJob } from './job.ts';
import { normalizeJobPatch, normalizeNewJob } from './normalize.ts';

/** A request that is refused before the scheduler sees it, in the contract's words. */
export class CronRequestError extends Error {
  override readonly name = 'CronRequestError';
}

const validators = createValidators();

/** The params of `cron.add` in the form of the contract; what is no object stays what it is. */
export function newJobParams(params: unknown): unknown {
  return normalizeNewJob(params) ?? params;
}

/** The params of `cron.update` in the form of the contract. */
export function jobChangeParams(params: unknown): unknown {
  const patch = isRecord(params) ? normalizeJobPatch(params.patch) : undefined;
  return isRecord(params) && patch !== undefined ? { ...params, patch } : params;
}

/** The job that `cron.add` asks for, whatever form it is written in (reference protocol/methods.json). */
export function readNewJob(params: unknown, nowMs: number): NewCronJob {
  const job = checked('cron.add', 'CronAddParams', newJobParams(params));
  assertTime(job.schedule, nowMs);
  return job;
}

/** The change that `cron.update` asks for. */
export function readJobChange(params: unknown, nowMs: number): { readonly id: string; readonly patch: CronJobPatch } {
  const request = checked('cron.update', 'CronUpdateParams', jobChangeParams(params));
  if (request.patch.schedule !== undefined) assertTime(request.patch.schedule, nowMs);
  return { id: 'id' in request ? request.id : request.jobId, patch: request.patch };
}

function checked<Name extends SchemaName>(method: string, schema: Name, params: unknown): SchemaTypes[Name] {
  const result = validators.check(schema, params ?? {});
  if (!result.ok) throw new CronRequestError(`invalid ${method} params: ${result.problem}`);
  return result.value;
}

function assertTime(schedule: CronSchedule, nowMs: number): void {
  const refused = schedule.kind === 'at' ? refusedTime(schedule.at, nowMs) : undefined;
  if (refused !== undefined) throw new CronRequestError(refused);
}
