import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AgentRequest,
  type AgentRuntime,
  createSystemEvents,
  type RunOutcome,
  type SystemEvents,
} from '@chela/agent';
import type { Config, ConfigService, ConfigSnapshot } from '@chela/config';
import { ZERO_USAGE } from '@chela/models';
import { silentLogger } from '@chela/observability';
import { createStore, type Store } from '@chela/store';
import { onTestFinished } from 'vitest';
import type { Announcement } from '../announcer.ts';
import { createCron } from '../cron/create-cron.ts';
import type { Cron } from '../cron/cron.ts';
import type { CronEvent } from '../cron/job.ts';
import { createHeartbeats } from '../heartbeat/create-heartbeats.ts';
import type { HeartbeatNews, Heartbeats } from '../heartbeat/heartbeat.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

/** Tuesday, 17 February 2026, 10:00 UTC. */
export const START = Date.UTC(2026, 1, 17, 10);

/** One life of the automation over a real store, with an agent that answers as the test says. */
export interface Stage {
  readonly dir: string;
  readonly clock: ManualClock;
  readonly store: Store;
  readonly cron: Cron;
  readonly heartbeats: Heartbeats;
  readonly systemEvents: SystemEvents;
  readonly submitted: readonly AgentRequest[];
  readonly announced: readonly Announcement[];
  readonly events: readonly CronEvent[];
  readonly news: readonly HeartbeatNews[];
  readonly posts: readonly { readonly url: string; readonly body: unknown; readonly token: string | null }[];
  setConfig(config: Config): void;
  /** The process is gone: nothing that still runs is written any more. */
  crash(): Promise<void>;
}

export interface StageOptions {
  readonly dir?: string;
  readonly clock?: ManualClock;
  readonly config?: Config;
  readonly env?: Readonly<Record<string, string>>;
  /** What a run comes to; a promise that stays open is a run that goes on. */
  readonly answer?: (request: AgentRequest) => Promise<RunOutcome> | RunOutcome;
  readonly announce?: (announcement: Announcement) => Promise<void>;
  /** The outcome of a run that the agent took up after a restart. */
  readonly adopted?: (runId: string) => RunOutcome | undefined;
  /** Sessions that are busy with something else. */
  readonly busy?: () => readonly string[];
}

const USAGE = { ...ZERO_USAGE, input: 10, output: 5 };

export function answered(text: string, extra: Partial<Extract<RunOutcome, { kind: 'answered' }>> = {}): RunOutcome {
  return {
    kind: 'answered',
    payloads: [{ text, mediaUrl: null }],
    silent: false,
    meta: {
      durationMs: 1,
      aborted: false,
      agentMeta: { sessionId: 's', provider: 'mock', model: 'm1', usage: USAGE, promptTokens: 10 },
    },
    startedAt: START,
    endedAt: START + 1,
    ...extra,
  };
}

export function failed(errorMessage: string): RunOutcome {
  const { meta, startedAt, endedAt } = answered('');
  return { kind: 'errored', errorMessage, payloads: [], meta, startedAt, endedAt };
}

function configOf(dir: string, first: Config): { readonly service: ConfigService; set(next: Config): void } {
  let current = first;
  const listeners = new Set<(next: Config, previous: Config) => void>();
  const snapshot = (): ConfigSnapshot => {
    throw new Error('automation has no business with the file');
  };
  return {
    service: {
      paths: { homeDir: dir, stateDir: dir, configPath: join(dir, 'openclaw.json') },
      current: () => current,
      snapshot,
      reload: async () => snapshot(),
      onChange(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      close: async () => {},
    },
    set(next) {
      const previous = current;
      current = next;
      for (const listener of listeners) listener(next, previous);
    },
  };
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  // Loaded with the first expression otherwise, in a time of its own.
  await import('croner');
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'chela-automation-')));
  const clock = options.clock ?? createManualClock(START);
  const logger = silentLogger();
  const store = await createStore({ stateDir: dir, mirror: false, workspaceDir: () => dir, clock, logger });
  // The sessions on disk are taken in behind the start, in a time of their own.
  await store.sessions.count();
  const base: Config = { agents: { defaults: { workspace: join(dir, 'workspace'), userTimezone: 'UTC' } } };
  const config = configOf(dir, { ...base, ...options.config });
  const systemEvents = createSystemEvents(clock);
  const submitted: AgentRequest[] = [];
  const announced: Announcement[] = [];
  const events: CronEvent[] = [];
  const news: HeartbeatNews[] = [];
  const posts: { url: string; body: unknown; token: string | null }[] = [];
  let crashed = false;
  const running = new Map<string, string>();
  const agent: Pick<AgentRuntime, 'submit' | 'abort' | 'wait' | 'active'> = {
    async submit(request) {
      submitted.push(request);
      if (options.adopted?.(request.runId) !== undefined) return { status: 'inFlight', acceptedAt: clock.now() };
      running.set(request.runId, request.sessionKey);
      const outcome = Promise.resolve(options.answer?.(request) ?? answered('Done.'));
      const startedAt = clock.now();
      const ended = outcome
        .then((end) => ({ ...end, startedAt, endedAt: clock.now() }))
        .finally(() => running.delete(request.runId));
      return { status: 'started', acceptedAt: clock.now(), outcome: crashed ? new Promise(() => {}) : ended };
    },
    abort: async () => ({ runIds: [] }),
    wait: async (runId) => options.adopted?.(runId),
    active: () => [
      ...[...running].map(([runId, sessionKey]) => ({ runId, sessionKey, startedAt: clock.now() })),
      ...(options.busy?.() ?? []).map((sessionKey) => ({ runId: 'other', sessionKey, startedAt: clock.now() })),
    ],
  };
  const shared = {
    config: config.service,
    agent,
    models: { parseRef: (raw: string) => ({ provider: 'mock', model: raw }) },
    store,
    systemEvents,
    clock,
    logger,
    announcer: {
      target: async ({ channel }: { channel: string }) => (channel === 'telegram' ? { channel } : undefined),
      place: async () => undefined,
      async announce(announcement: Announcement) {
        announced.push(announcement);
        await options.announce?.(announcement);
        return { channel: announcement.channel };
      },
    },
  };
  const heartbeats = createHeartbeats(shared);
  const cron = createCron({
    ...shared,
    heartbeats,
    env: options.env ?? {},
    async fetch(url, init) {
      const token = new Headers(init?.headers).get('authorization');
      posts.push({ url: String(url), body: JSON.parse(String(init?.body)), token });
      return new Response('');
    },
  });
  cron.subscribe((event) => void (crashed || events.push(event)));
  heartbeats.subscribe((item) => void news.push(item));
  const close = async (): Promise<void> => {
    if (crashed) return;
    crashed = true;
    cron.stop();
    heartbeats.stop();
    await store.close();
  };
  onTestFinished(async () => {
    await close();
    if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
  });
  return {
    dir,
    clock,
    store,
    cron,
    heartbeats,
    systemEvents,
    submitted,
    announced,
    events,
    news,
    posts,
    setConfig: (next) => config.set({ ...base, ...next }),
    crash: close,
  };
}
