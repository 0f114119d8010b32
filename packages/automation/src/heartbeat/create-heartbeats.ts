import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AgentRequest,
  type AgentRuntime,
  canonicalSessionKey,
  type HeartbeatEvent,
  type HeartbeatRun,
  isEmptyHeartbeatFile,
  mainSessionKey,
  newsOfHeartbeat,
  type RunOutcome,
  resolveWorkspaceDir,
  type SystemEvents,
  withinActiveHours,
} from '@chela/agent';
import { agentIds, type Config, type ConfigService } from '@chela/config';
import type { ModelService } from '@chela/models';
import { type Clock, createTaskScope, type Logger } from '@chela/observability';
import type { Announcer } from '../announcer.ts';
import {
  BUSY_REASON,
  type HeartbeatAsk,
  type HeartbeatNews,
  type HeartbeatResult,
  type Heartbeats,
} from './heartbeat.ts';
import { heartbeatEvent, heartbeatPrompt } from './heartbeat-prompt.ts';
import { type HeartbeatSettings, heartbeatSettings } from './heartbeat-settings.ts';
import { createHeartbeatTimer } from './heartbeat-timer.ts';
import { isMuted } from './heartbeat-visibility.ts';
import { type AlertContent, asidesOf, contentsOf, createHeartbeatVoice } from './heartbeat-voice.ts';
import { createWakeQueue } from './wake-queue.ts';

export interface HeartbeatDeps {
  readonly config: ConfigService;
  readonly agent: Pick<AgentRuntime, 'submit' | 'active' | 'wait'>;
  readonly models: Pick<ModelService, 'parseRef'>;
  readonly systemEvents: SystemEvents;
  readonly announcer: Announcer;
  readonly clock: Clock;
  readonly logger: Logger;
}

const PREVIEW_CHARS = 200;
/** What a channel reads of a heartbeat without news that shows itself; read by programs as well. */
const OK_TEXT = 'HEARTBEAT_OK';
const MUTED_REASON = 'alerts-disabled';
/** How long a run of an earlier process is waited for; longer than any run is allowed to take. */
const ADOPTED_WAIT_MS = 24 * 60 * 60 * 1000;
/** Reasons that look even when the file has nothing to do: something happened. */
const EVENT_REASON = /^(?:exec-event$|wake$|cron:|hook:)/;

/** Runs heartbeats. Owns the interval timer, the asks that wait, and the runs it has started. */
export function createHeartbeats(deps: HeartbeatDeps): Heartbeats {
  const { config, agent, clock, logger } = deps;
  const tasks = createTaskScope(logger);
  const voice = createHeartbeatVoice(deps);
  const listeners = new Set<(news: HeartbeatNews) => void>();
  let enabled = true;
  let last: HeartbeatNews | undefined;

  const tell = (news: Omit<HeartbeatNews, 'ts'>): void => {
    last = { ts: clock.now(), ...news };
    for (const listener of listeners) listener(last);
  };

  const sessionOf = (ask: HeartbeatAsk, agentId: string, settings: HeartbeatSettings): string => {
    const current = config.current();
    const named = ask.sessionKey ?? settings.session;
    if (named === undefined || named === 'main') return mainSessionKey(current, agentId);
    return canonicalSessionKey(named.includes(':') ? named : `agent:${agentId}:${named}`, current);
  };

  async function runOnce(ask: HeartbeatAsk & { agentId: string; runId?: string }): Promise<HeartbeatResult> {
    const startedAt = clock.now();
    const settings = heartbeatSettings(config.current(), ask.agentId);
    const sessionKey = sessionOf(ask, ask.agentId, settings);
    const isBusy = agent.active().some((run) => run.sessionKey === sessionKey && run.runId !== ask.runId);
    const reason = await refusal({ ask, settings, isBusy, startedAt });
    if (reason !== undefined) return { status: 'skipped', reason };
    const runId = ask.runId ?? randomUUID();
    try {
      const outcome = await ran({ ...ask, runId }, settings, sessionKey);
      return await report({ ...ask, runId }, settings, outcome, startedAt);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      tell({ status: 'failed', reason: message, durationMs: clock.now() - startedAt, indicatorType: 'error' });
      return { status: 'failed', reason: message };
    }
  }

  /** Why there is none now, in the contract's order; undefined when nothing is against it. */
  async function refusal(input: {
    ask: HeartbeatAsk & { agentId: string };
    settings: HeartbeatSettings;
    isBusy: boolean;
    startedAt: number;
  }): Promise<string | undefined> {
    const { ask, settings, isBusy, startedAt } = input;
    const current = config.current();
    if (!enabled || settings.everyMs === null) return 'disabled';
    if (!withinActiveHours(settings.activeHours, startedAt, zonesOf(current))) return 'quiet-hours';
    if (isBusy) return BUSY_REASON;
    const told = (await hasNothingToDo(ask))
      ? 'empty-heartbeat-file'
      : isMuted(await voice.shows(ask.agentId, settings))
        ? MUTED_REASON
        : undefined;
    if (told !== undefined) tell({ status: 'skipped', reason: told, durationMs: clock.now() - startedAt });
    return told;
  }

  async function hasNothingToDo({ reason, agentId }: { reason: string; agentId: string }): Promise<boolean> {
    if (EVENT_REASON.test(reason)) return false;
    const folder = resolveWorkspaceDir(config.current(), config.paths, agentId);
    const content = await readFile(join(folder, 'HEARTBEAT.md'), 'utf8').catch(() => undefined);
    return isEmptyHeartbeatFile(content);
  }

  async function ran(
    ask: { reason: string; agentId: string; runId: string },
    settings: HeartbeatSettings,
    sessionKey: string,
  ): Promise<RunOutcome> {
    const { reason } = ask;
    const events = deps.systemEvents.list(sessionKey);
    const model = settings.model === undefined ? undefined : deps.models.parseRef(settings.model);
    const request: AgentRequest = {
      runId: ask.runId,
      source: 'agent',
      agentId: ask.agentId,
      sessionKey,
      requestedSessionKey: sessionKey,
      text: heartbeatPrompt({ reason, question: settings.prompt, events }, config.current(), clock.now()),
      images: [],
      verbatim: true,
      heartbeat: heartbeatRunOf(heartbeatEvent({ reason, events }), settings),
      ...(model !== undefined && { model }),
    };
    const submitted = await agent.submit(request);
    if (submitted.status !== 'inFlight') return submitted.outcome;
    // Taken up after a restart.
    const outcome = await agent.wait(request.runId, ADOPTED_WAIT_MS);
    if (outcome === undefined) throw new Error('the run did not end');
    return outcome;
  }

  async function report(
    ask: { reason: string; agentId: string; runId: string },
    settings: HeartbeatSettings,
    outcome: RunOutcome,
    startedAt: number,
  ): Promise<HeartbeatResult> {
    const durationMs = clock.now() - startedAt;
    if (outcome.kind === 'errored') throw new Error(outcome.errorMessage);
    if (outcome.kind === 'aborted') throw new Error(`aborted: ${outcome.stopReason}`);
    const verdict = outcome.heartbeat ?? 'alert';
    const { reason } = ask;
    if (verdict === 'ok-token' || verdict === 'ok-empty') {
      const shows = await voice.shows(ask.agentId, settings);
      const thoughts = shows.showAlerts ? asidesOf(outcome) : [];
      const acknowledgement = shows.showOk ? [{ text: OK_TEXT, mediaUrls: [] }] : [];
      const sent = await voice.say(ask, settings, [...thoughts, ...acknowledgement]);
      const indicator = shows.useIndicator ? { indicatorType: 'ok' as const } : {};
      tell({ status: verdict, reason, durationMs, ...sent, silent: sent === undefined, ...indicator });
      return { status: 'ran', durationMs };
    }
    const news = newsOfHeartbeat(outcome.payloads);
    const preview = (news[0]?.text ?? '').slice(0, PREVIEW_CHARS);
    const facts = { preview, durationMs, hasMedia: news.some(({ mediaUrls = [] }) => mediaUrls.length > 0) };
    if (verdict === 'duplicate') tell({ status: 'skipped', reason: 'duplicate', ...facts });
    else await deliver(ask, settings, contentsOf(outcome), facts);
    return { status: 'ran', durationMs };
  }

  /** News stand in the conversation already; a channel is told on top of that. */
  async function deliver(
    ask: { agentId: string; runId: string },
    settings: HeartbeatSettings,
    contents: readonly AlertContent[],
    facts: Pick<HeartbeatNews, 'preview' | 'durationMs' | 'hasMedia'>,
  ): Promise<void> {
    const shows = await voice.shows(ask.agentId, settings);
    const indicator = shows.useIndicator ? { indicatorType: 'alert' as const } : {};
    if (!shows.showAlerts) return tell({ status: 'skipped', reason: MUTED_REASON, ...facts, ...indicator });
    const sent = await voice.say(ask, settings, contents);
    if (sent !== undefined) return tell({ status: 'sent', ...sent, ...facts, ...indicator });
    tell({ status: 'skipped', reason: settings.target === 'none' ? 'target-none' : 'no-target', ...facts });
  }

  const beating = (): readonly string[] =>
    agentIds(config.current()).filter((id) => heartbeatSettings(config.current(), id).everyMs !== null);

  const wakes = createWakeQueue({
    clock,
    async run(ask) {
      const ids = ask.agentId === undefined ? beating() : [ask.agentId];
      let busy = false;
      for (const agentId of ids) {
        const result = await runOnce({ ...ask, agentId });
        busy ||= result.status === 'skipped' && result.reason === BUSY_REASON;
      }
      return busy ? 'busy' : 'done';
    },
    start: (task) => tasks.run('a heartbeat', task),
  });

  const timer = createHeartbeatTimer({
    clock,
    intervals: () =>
      beating().map((agentId) => ({ agentId, everyMs: heartbeatSettings(config.current(), agentId).everyMs ?? 0 })),
    due: (agentId) => wakes.add({ reason: 'interval', agentId }),
  });
  const unfollow = config.onChange(() => timer.follow());

  return {
    wake: wakes.add,
    runOnce,
    async alert({ agentId, runId }, outcome) {
      if (outcome.kind !== 'answered' || outcome.heartbeat !== 'alert') return;
      const settings = heartbeatSettings(config.current(), agentId);
      try {
        if (!(await voice.shows(agentId, settings)).showAlerts) return;
        const contents = contentsOf(outcome).map((content) => ({ ...content, waitMs: 0 }));
        await voice.say({ agentId, runId }, settings, contents);
      } catch (error) {
        // A channel that is not there stays so when it is asked again; whoever waits for the run is told why.
        logger.warn('the news of a heartbeat could not be delivered', { runId, error });
      }
    },
    setEnabled(next) {
      enabled = next;
    },
    last: () => last,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start: timer.start,
    stop() {
      unfollow();
      timer.stop();
      wakes.stop();
    },
    ended: () => tasks.close(),
  };
}

const heartbeatRunOf = (event: HeartbeatEvent, settings: HeartbeatSettings): HeartbeatRun => ({
  event,
  ackMaxChars: settings.ackMaxChars,
  ...(settings.includeReasoning && { includeReasoning: true }),
  ...(settings.suppressToolErrorWarnings && { suppressToolErrorWarnings: true }),
});

/** The zones of people and of this machine; the platform is asked only when somebody set hours. */
function zonesOf(config: Config): { readonly user: string; readonly host: string } {
  return {
    get user() {
      return config.agents?.defaults?.userTimezone?.trim() || hostZone();
    },
    get host() {
      return hostZone();
    },
  };
}

const hostZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
