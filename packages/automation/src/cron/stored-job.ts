import { createValidators, type SchemaTypes } from '@chela/protocol';
import { isRecord, textOf } from '../record.ts';
import type { CronJob, CronJobState } from './job.ts';
import { normalizeNewJob } from './normalize.ts';

/** Reads jobs back as this or an older release stored them. Nothing is taken on trust. */

const validators = createValidators();

/** Members that the schema of `cron.add` knows; anything else of a stored job is not part of what it does. */
const DEFINITION = [
  'name',
  'agentId',
  'sessionKey',
  'description',
  'enabled',
  'deleteAfterRun',
  'schedule',
  'sessionTarget',
  'wakeMode',
  'payload',
  'delivery',
] as const;

/** The job, in today's form; undefined for what is none. */
export function readStoredJob(raw: unknown): CronJob | undefined {
  const id = isRecord(raw) ? (textOf(raw.id) ?? textOf(raw.jobId)) : undefined;
  if (!isRecord(raw) || id === undefined) return undefined;
  const normal = normalizeNewJob(raw) ?? {};
  const { accountId } = isRecord(normal.delivery) ? normal.delivery : {};
  const definition = Object.fromEntries(
    DEFINITION.flatMap((name) => (normal[name] === undefined || normal[name] === null ? [] : [[name, normal[name]]])),
  );
  const checked = validators.check('CronAddParams', withoutAccount(definition));
  if (!checked.ok) return undefined;
  return storedJob(id, raw, checked.value, textOf(accountId));
}

/** The schema of requests does not know the account of a delivery; the file does. */
function withoutAccount(definition: Readonly<Record<string, unknown>>): unknown {
  if (!isRecord(definition.delivery)) return definition;
  const { accountId: _account, ...delivery } = definition.delivery;
  return { ...definition, delivery };
}

function storedJob(
  id: string,
  raw: Readonly<Record<string, unknown>>,
  job: SchemaTypes['CronAddParams'],
  accountId: string | undefined,
): CronJob {
  const { agentId, sessionKey, name, description, enabled = true, deleteAfterRun, delivery, ...what } = job;
  const createdAtMs = numberOf(raw.createdAtMs) ?? 0;
  return {
    id,
    ...(agentId && { agentId }),
    ...(sessionKey && { sessionKey }),
    name,
    ...(description !== undefined && { description }),
    enabled,
    ...(deleteAfterRun !== undefined && { deleteAfterRun }),
    ...(raw.notify === true && { notify: true }),
    createdAtMs,
    updatedAtMs: numberOf(raw.updatedAtMs) ?? createdAtMs,
    ...what,
    ...(delivery && { delivery: { ...delivery, ...(accountId !== undefined && { accountId }) } }),
    state: readJobState(raw.state),
  };
}

const TIMES = ['nextRunAtMs', 'runningAtMs', 'lastRunAtMs'] as const;
const COUNTS = ['lastDurationMs', 'consecutiveErrors', 'scheduleErrorCount'] as const;

function readJobState(raw: unknown): CronJobState {
  if (!isRecord(raw)) return {};
  const numbers = (names: readonly (keyof CronJobState)[]) =>
    names.flatMap((name) => (numberOf(raw[name]) === undefined ? [] : [[name, numberOf(raw[name])]]));
  const status = (['ok', 'error', 'skipped'] as const).find((word) => word === raw.lastStatus);
  const error = textOf(raw.lastError);
  return {
    ...Object.fromEntries(numbers(TIMES)),
    ...(status !== undefined && { lastStatus: status }),
    ...(error !== undefined && { lastError: error }),
    ...Object.fromEntries(numbers(COUNTS)),
  };
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
