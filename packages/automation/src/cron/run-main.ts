import { canonicalSessionKey, mainSessionKey, type SystemEvents } from '@chela/agent';
import type { ConfigService } from '@chela/config';
import type { Clock } from '@chela/observability';
import type { Ledger } from '@chela/store';
import { BUSY_REASON, type HeartbeatResult, type Heartbeats } from '../heartbeat/heartbeat.ts';
import type { CronJob } from './job.ts';
import type { OccurrenceResult } from './occurrence-result.ts';
import { agentOfJob } from './run-isolated.ts';

export interface MainDeps {
  readonly config: ConfigService;
  readonly store: { readonly ledger: Pick<Ledger, 'find'> };
  readonly systemEvents: SystemEvents;
  readonly heartbeats: Pick<Heartbeats, 'runOnce' | 'wake'>;
  readonly clock: Clock;
}

/** A busy session is asked again at this pace, for so long (reference agent/automation.md §1.8). */
const RETRY_MS = 250;
const RETRY_FOR_MS = 120_000;

/** Leaves the job's text for its session, and lets the agent speak of it at once when the job says so. */
export async function runMain(
  deps: MainDeps,
  occurrence: { readonly id: string; readonly job: CronJob; readonly text: string },
  signal: AbortSignal,
): Promise<OccurrenceResult> {
  const { job } = occurrence;
  const text = occurrence.text.trim();
  const ended = (end: Omit<OccurrenceResult, 'endedAt'>): OccurrenceResult => ({ ...end, endedAt: deps.clock.now() });
  if (text === '') return ended({ status: 'skipped', error: 'main job requires non-empty systemEvent text' });
  const agentId = agentOfJob(job, deps.config);
  const config = deps.config.current();
  const sessionKey =
    job.sessionKey === undefined ? mainSessionKey(config, agentId) : canonicalSessionKey(job.sessionKey, config);
  // A run of an earlier process has taken the note with it.
  const isTaken = (await deps.store.ledger.find('agent', occurrence.id)) !== undefined;
  if (!isTaken) deps.systemEvents.add(sessionKey, text, `cron:${job.id}`);
  if (job.wakeMode !== 'now') return ended({ status: 'ok', summary: text });
  const ask = { reason: `cron:${job.id}`, agentId, sessionKey, runId: occurrence.id };
  const result = await patiently(deps, ask, signal);
  if (result === 'busy') {
    deps.heartbeats.wake({ reason: ask.reason, agentId, sessionKey });
    return ended({ status: 'ok', summary: text });
  }
  if (result.status === 'ran') return ended({ status: 'ok', summary: text });
  return ended({ status: result.status === 'failed' ? 'error' : 'skipped', error: result.reason, summary: text });
}

async function patiently(
  deps: MainDeps,
  ask: Parameters<Heartbeats['runOnce']>[0],
  signal: AbortSignal,
): Promise<HeartbeatResult | 'busy'> {
  const until = deps.clock.now() + RETRY_FOR_MS;
  for (;;) {
    const result = await deps.heartbeats.runOnce(ask);
    if (result.status !== 'skipped' || result.reason !== BUSY_REASON) return result;
    if (signal.aborted || deps.clock.now() >= until) return 'busy';
    await new Promise<void>((resume) => deps.clock.after(RETRY_MS, resume));
  }
}
