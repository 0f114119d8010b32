import type { Clock, Logger } from '@chela/observability';
import type { OccurrenceRepository, OccurrenceRow } from '@chela/store';
import { announceResult, type DeliverDeps, hasAnnouncement, postWebhook } from './deliver.ts';
import type { CronEvent, CronJob, CronRunEntry } from './job.ts';
import type { OccurrenceEnd } from './job-outcome.ts';
import { type OccurrenceResult, readResult } from './occurrence-result.ts';
import { type IsolatedDeps, runIsolated } from './run-isolated.ts';
import type { RunLog } from './run-log.ts';
import { type MainDeps, runMain } from './run-main.ts';

export interface OccurrenceDeps
  extends Omit<IsolatedDeps, 'store'>,
    Omit<MainDeps, 'heartbeats' | 'store'>,
    Omit<DeliverDeps, 'heartbeats'> {
  readonly store: IsolatedDeps['store'] & MainDeps['store'];
  readonly heartbeats: MainDeps['heartbeats'] & DeliverDeps['heartbeats'];
  readonly occurrences: OccurrenceRepository;
  readonly runLog: RunLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly emit: (event: CronEvent) => void;
  /** True once the process is about to end: what is unfinished belongs to the next one. */
  readonly isStopping: () => boolean;
  /** Writes the end into the job. Called once an occurrence, again only after a crash. */
  readonly settle: (jobId: string, end: OccurrenceEnd) => Promise<Settled>;
}

export interface Settled {
  /** When the job is due next, or was due when it is gone. */
  readonly nextRunAtMs: number | undefined;
  /** The job had one thing to do and is gone. */
  readonly isRemoved: boolean;
}

const DEFAULT_TIMEOUT_MS = 10 * 60_000;
const TIMED_OUT = 'cron: job execution timed out';
/** Newest lines of a run log that are looked through for an end that was logged before a crash. */
const LOGGED_LOOKBACK = 20;

/**
 * Takes an occurrence from where it stands to `finished`: run, delivery, the job's new state, event, log. Each step is a
 * state of its row, so a process that ends in between leaves one outcome.
 */
export async function runOccurrence(deps: OccurrenceDeps, row: OccurrenceRow, job: CronJob): Promise<void> {
  const { occurrences } = deps;
  const { startedAt = deps.clock.now(), result } = await obtained(deps, row, job);
  if (result === undefined) return;
  const delivered = await deliver(deps, row, job, result);
  const { text: _text, mediaUrls: _media, ...facts } = delivered;
  if (deps.isStopping()) return;
  const { nextRunAtMs, isRemoved } = await deps.settle(job.id, { ...facts, startedAt });
  const event = finishedEvent(job.id, facts, startedAt, nextRunAtMs);
  if (!(await wasLogged(deps, job.id, startedAt))) {
    deps.emit(event);
    if (isRemoved) deps.emit({ action: 'removed', jobId: job.id });
    await log(deps, { ts: deps.clock.now(), ...event });
    await postWebhook(deps, job, event);
  }
  await occurrences.finish(row.id, delivered);
}

/** The result of the run: kept from an earlier process, or made now. Undefined when this process is ending. */
async function obtained(
  deps: OccurrenceDeps,
  row: OccurrenceRow,
  job: CronJob,
): Promise<{ readonly startedAt?: number; readonly result: OccurrenceResult | undefined }> {
  const { occurrences } = deps;
  if (row.state === 'ran' || row.state === 'delivering') {
    const kept = readResult(row.result) ?? { status: 'error', error: 'the result was lost', endedAt: deps.clock.now() };
    return { result: kept, ...(row.startedAt !== undefined && { startedAt: row.startedAt }) };
  }
  const { startedAt = deps.clock.now() } = await occurrences.start(row.id);
  deps.emit({ action: 'started', jobId: job.id, runAtMs: startedAt });
  const result = await withinTime(deps, row.id, job);
  if (deps.isStopping()) return { result: undefined };
  await occurrences.ran(row.id, result);
  return { startedAt, result };
}

/** Never throws. */
async function withinTime(deps: OccurrenceDeps, id: string, job: CronJob): Promise<OccurrenceResult> {
  const controller = new AbortController();
  const late = Promise.withResolvers<OccurrenceResult>();
  const cancel = timeoutOf(job, deps.clock, () => {
    controller.abort();
    late.resolve({ status: 'error', error: TIMED_OUT, endedAt: deps.clock.now() });
  });
  try {
    return await Promise.race([execute(deps, id, job, controller.signal), late.promise]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: 'error', error: message, endedAt: deps.clock.now() };
  } finally {
    cancel();
  }
}

function execute(deps: OccurrenceDeps, id: string, job: CronJob, signal: AbortSignal): Promise<OccurrenceResult> {
  const { payload } = job;
  if (payload.kind === 'agentTurn') return runIsolated(deps, { id, job, payload }, signal);
  return runMain(deps, { id, job, text: payload.text }, signal);
}

function timeoutOf({ payload }: CronJob, clock: Clock, late: () => void): () => void {
  const seconds = payload.kind === 'agentTurn' ? payload.timeoutSeconds : undefined;
  if (seconds === 0) return () => {};
  return clock.after(seconds === undefined ? DEFAULT_TIMEOUT_MS : seconds * 1_000, late);
}

async function deliver(
  deps: OccurrenceDeps,
  row: OccurrenceRow,
  job: CronJob,
  result: OccurrenceResult,
): Promise<OccurrenceResult> {
  // Cut off while it was announced: the announcement's key makes the second one the first.
  if (row.state !== 'delivering') await deps.occurrences.startDelivery(row.id);
  return hasAnnouncement(job, result) ? announceResult(deps, row.id, job, result) : result;
}

function finishedEvent(
  jobId: string,
  { endedAt, ...facts }: OccurrenceResult,
  startedAt: number,
  nextRunAtMs: number | undefined,
): Omit<CronRunEntry, 'ts'> {
  return {
    jobId,
    action: 'finished',
    ...facts,
    runAtMs: startedAt,
    durationMs: Math.max(0, endedAt - startedAt),
    ...(nextRunAtMs !== undefined && { nextRunAtMs }),
  };
}

async function wasLogged({ runLog }: OccurrenceDeps, jobId: string, startedAt: number): Promise<boolean> {
  const entries = await runLog.read(jobId, LOGGED_LOOKBACK);
  return entries.some(
    (entry) => typeof entry === 'object' && entry !== null && 'runAtMs' in entry && entry.runAtMs === startedAt,
  );
}

async function log({ runLog, logger }: OccurrenceDeps, entry: CronRunEntry): Promise<void> {
  await runLog.append(entry).catch((error: unknown) => {
    logger.warn('the run of a scheduled job could not be logged', { jobId: entry.jobId, error });
  });
}
