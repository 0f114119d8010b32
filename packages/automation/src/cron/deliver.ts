import { mainSessionKey, type SystemEvents } from '@chela/agent';
import type { ConfigService } from '@chela/config';
import type { Logger } from '@chela/observability';
import type { Announcer } from '../announcer.ts';
import type { Heartbeats } from '../heartbeat/heartbeat.ts';
import { isRecord, textOf } from '../record.ts';
import type { CronJob, CronRunEntry } from './job.ts';
import { isWebAddress } from './job-change.ts';
import type { OccurrenceResult } from './occurrence-result.ts';
import { agentOfJob } from './run-isolated.ts';

export interface DeliverDeps {
  readonly config: ConfigService;
  readonly announcer: Announcer;
  readonly systemEvents: SystemEvents;
  readonly heartbeats: Pick<Heartbeats, 'wake'>;
  readonly logger: Logger;
  readonly fetch: typeof fetch;
}

const WEBHOOK_TIMEOUT_MS = 10_000;

/** Whether there is something to announce. */
export function hasAnnouncement(job: CronJob, result: OccurrenceResult): boolean {
  return job.delivery?.mode === 'announce' && result.text !== undefined;
}

/**
 * Announces the answer of a run (reference agent/automation.md §1.6). What cannot be delivered makes the job fail unless
 * it asked for no more than the best effort; either way the main session hears of it.
 */
export async function announceResult(
  deps: DeliverDeps,
  occurrenceId: string,
  job: CronJob,
  result: OccurrenceResult,
): Promise<OccurrenceResult> {
  const { channel = 'last', to, accountId, bestEffort } = job.delivery ?? {};
  const agentId = agentOfJob(job, deps.config);
  try {
    await deps.announcer.announce({
      key: `cron:${occurrenceId}`,
      agentId,
      channel,
      ...(to !== undefined && { to }),
      ...(accountId !== undefined && { accountId }),
      text: result.text ?? '',
      mediaUrls: result.mediaUrls ?? [],
    });
    return result;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    deps.logger.warn('the answer of a scheduled job could not be delivered', {
      jobId: job.id,
      channel,
      error: message,
    });
    const ended: OccurrenceResult = bestEffort === true ? result : { ...result, status: 'error', error: message };
    tellMainSession(deps, job, ended, agentId);
    return ended;
  }
}

function tellMainSession(deps: DeliverDeps, job: CronJob, result: OccurrenceResult, agentId: string): void {
  const text = result.summary ?? result.error;
  if (text === undefined) return;
  const sessionKey = mainSessionKey(deps.config.current(), agentId);
  const head = result.status === 'ok' ? 'Cron' : `Cron (${result.status})`;
  deps.systemEvents.add(sessionKey, `${head}: ${text}`, `cron:${job.id}`);
  if (job.wakeMode === 'now') deps.heartbeats.wake({ reason: `cron:${job.id}`, agentId, sessionKey });
}

/** Posts the finished event where the job, or for jobs of older releases the configuration, says. Never throws. */
export async function postWebhook(deps: DeliverDeps, job: CronJob, event: Omit<CronRunEntry, 'ts'>): Promise<void> {
  const settings = isRecord(deps.config.current().cron) ? deps.config.current().cron : undefined;
  const url = webhookOf(job, isRecord(settings) ? textOf(settings.webhook) : undefined);
  if (url === undefined || event.summary === undefined) return;
  const token = isRecord(settings) ? textOf(settings.webhookToken) : undefined;
  try {
    const response = await deps.fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(WEBHOOK_TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
  } catch (error) {
    deps.logger.warn('the webhook of a scheduled job did not take its outcome', {
      jobId: job.id,
      error: String(error),
    });
  }
}

function webhookOf(job: CronJob, fallback: string | undefined): string | undefined {
  const { mode, to } = job.delivery ?? {};
  if (mode === 'webhook') return isWebAddress(to) ? to : undefined;
  return job.notify === true && isWebAddress(fallback) ? fallback : undefined;
}
