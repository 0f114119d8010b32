import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AgentRequest,
  type AgentRuntime,
  canonicalSessionKey,
  HEARTBEAT_TOKEN,
  isEmptyHeartbeatFile,
  mainSessionKey,
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
import { heartbeatPrompt } from './heartbeat-prompt.ts';
import { type HeartbeatSettings, heartbeatSettings } from './heartbeat-settings.ts';
import { createHeartbeatTimer } from './heartbeat-timer.ts';
import { type HeartbeatVisibility, heartbeatVisibility } from './heartbeat-visibility.ts';
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
/** How long a run of an earlier process is waited for; longer than any run is allowed to take. */
const ADOPTED_WAIT_MS = 24 * 60 * 60 * 1000;
/** Reasons that look even when the file has nothing to do: something happened. */
const EVENT_REASON = /^(?:exec-event$|wake$|cron:|hook:)/;

/** A channel that is told of heartbeats, and what is known of the place there. */
interface WayOut {
  readonly channel: string;
  readonly place: { readonly to?: string; readonly accountId?: string };
}

/** Runs heartbeats. Owns the interval timer, the asks that wait, and the runs it has started. */
export function createHeartbeats(deps: HeartbeatDeps): Heartbeats {
  const { config, agent, clock, logger } = deps;
  const tasks = createTaskScope(logger);
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
      : (await isMuted(ask.agentId, settings))
        ? 'alerts-disabled'
        : undefined;
    if (told !== undefined) tell({ status: 'skipped', reason: told, durationMs: clock.now() - startedAt });
    return told;
  }

  /** Where news go, and what may be shown there. */
  async function wayOut(
    agentId: string,
    settings: HeartbeatSettings,
  ): Promise<{ readonly target: WayOut | undefined; readonly shown: HeartbeatVisibility }> {
    const found = await deps.announcer.target({ agentId, channel: settings.target });
    const to = settings.to ?? found?.to;
    const { accountId } = settings;
    const place = { ...(to !== undefined && { to }), ...(accountId !== undefined && { accountId }) };
    const target = found && { channel: found.channel, place };
    const answering = target && (await deps.announcer.place({ agentId, channel: target.channel, ...place }));
    return { target, shown: heartbeatVisibility(config.current(), answering ?? (target && { ...target, ...place })) };
  }

  /** Everything is switched off: nobody could hear of it. */
  async function isMuted(agentId: string, settings: HeartbeatSettings): Promise<boolean> {
    const { showOk, showAlerts, useIndicator } = (await wayOut(agentId, settings)).shown;
    return !showOk && !showAlerts && !useIndicator;
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
      heartbeat: { ackMaxChars: settings.ackMaxChars },
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
    const way = await wayOut(ask.agentId, settings);
    if (verdict === 'ok-token' || verdict === 'ok-empty') {
      await tellOk(ask, way, { status: verdict, reason: ask.reason, durationMs });
      return { status: 'ran', durationMs };
    }
    const text = outcome.payloads.at(-1)?.text ?? '';
    const mediaUrls = outcome.payloads.at(-1)?.mediaUrls ?? [];
    const facts = { preview: text.slice(0, PREVIEW_CHARS), durationMs, hasMedia: mediaUrls.length > 0 };
    if (verdict === 'duplicate') tell({ status: 'skipped', reason: 'duplicate', ...facts });
    else if (way.target === undefined) {
      const why = settings.target === 'none' ? 'target-none' : 'no-target';
      tell({ status: 'skipped', reason: why, ...facts });
    } else await deliver(ask, { ...way, target: way.target }, { text, mediaUrls }, facts);
    return { status: 'ran', durationMs };
  }

  /** That all is well is said where the channel's settings want it. */
  async function tellOk(
    { agentId, runId }: { agentId: string; runId: string },
    { target, shown }: { target: WayOut | undefined; shown: HeartbeatVisibility },
    facts: Pick<HeartbeatNews, 'status' | 'reason' | 'durationMs'>,
  ): Promise<void> {
    const isSaid = shown.showOk && target !== undefined;
    if (isSaid) {
      const { channel, place } = target;
      const key = `heartbeat:${runId}`;
      await deps.announcer.announce({ key, agentId, channel, ...place, text: HEARTBEAT_TOKEN, mediaUrls: [] });
    }
    tell({
      ...facts,
      ...(target !== undefined && shown.showOk && { channel: target.channel, ...target.place }),
      silent: !isSaid,
      ...(shown.useIndicator && { indicatorType: 'ok' as const }),
    });
  }

  /** News stand in the conversation already; a channel is told on top of that, unless its settings keep them back. */
  async function deliver(
    { agentId, runId }: { agentId: string; runId: string },
    { target, shown }: { target: WayOut; shown: HeartbeatVisibility },
    content: { text: string; mediaUrls: readonly string[] },
    facts: Pick<HeartbeatNews, 'preview' | 'durationMs' | 'hasMedia'>,
  ): Promise<void> {
    const { place } = target;
    const light = shown.useIndicator ? ({ indicatorType: 'alert' } as const) : {};
    if (!shown.showAlerts) {
      const { channel } = target;
      return tell({ status: 'skipped', reason: 'alerts-disabled', channel, ...place, ...facts, ...light });
    }
    const key = `heartbeat:${runId}`;
    const { channel } = await deps.announcer.announce({ key, agentId, channel: target.channel, ...place, ...content });
    tell({ status: 'sent', channel, ...place, ...facts, ...light });
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
