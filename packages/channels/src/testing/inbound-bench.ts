import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentRequest, ReplyOrigin, RunOutcome, SubmitResult } from '@chela/agent';
import type { Config, ConfigEdit } from '@chela/config';
import { silentLogger, silentMetrics } from '@chela/observability';
import { createStore, type Store } from '@chela/store';
import { onTestFinished } from 'vitest';
import type { ChannelConnection } from '../contract/connection.ts';
import type { ChannelFacts } from '../contract/facts.ts';
import type { InboundEvent } from '../contract/inbound.ts';
import { createInbound } from '../inbound/create-inbound.ts';
import type { InboundDeps } from '../inbound/inbound-deps.ts';
import type { AccountName, Inbound } from '../kernel.ts';
import { createPairingStore, type PairingStore } from '../pairing/create-pairing-store.ts';
import { isRecord } from '../record.ts';
import { fakeAdapter, fakeConnection } from './fake-adapter.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

/** The inbound half of the kernel on a real store, between a fake vendor and a fake agent. */
export interface InboundBench {
  readonly dir: string;
  readonly clock: ManualClock;
  readonly store: Store;
  readonly inbound: Inbound;
  readonly pairing: PairingStore;
  /** What the agent was given, each once, in order. */
  readonly submitted: readonly AgentRequest[];
  readonly notices: readonly { readonly origin: ReplyOrigin; readonly key: string; readonly text: string }[];
  readonly reactions: readonly { readonly messageId: string; readonly emoji: string | undefined }[];
  readonly systemEvents: readonly { readonly sessionKey: string; readonly text: string }[];
  readonly edits: ConfigEdit[];
  setConfig(next: Config): void;
  receive(event: InboundEvent): Promise<'new' | 'repeated'>;
  /** Resolves when no row waits any more. */
  settled(): Promise<void>;
  /** Kills the process and opens what it left behind. */
  restart(changes?: Partial<InboundBenchOptions>): Promise<InboundBench>;
}

export interface InboundBenchOptions {
  readonly config?: Config;
  readonly facts?: Partial<ChannelFacts>;
  readonly connection?: Partial<ChannelConnection>;
  /** Stands between the kernel and the store, the agent or the outbox; for faults. */
  readonly wrap?: (deps: InboundDeps) => InboundDeps;
  readonly dir?: string;
  /** Shared with an earlier process: an agent and an outbox that know what they were given. */
  readonly memory?: Memory;
}

interface Memory {
  readonly runs: Map<string, AgentRequest>;
  readonly notices: Map<string, { origin: ReplyOrigin; key: string; text: string }>;
}

const NOW = Date.UTC(2026, 1, 17, 10, 0, 5);

export const ACCOUNT: AccountName = { channel: 'telegram', accountId: 'default' };

export function telegramConfig(section: Readonly<Record<string, unknown>> = {}, rest: Config = {}): Config {
  const telegram = { dmPolicy: 'open', allowFrom: ['*'], groupPolicy: 'open', ...section };
  const list = [{ id: 'main', identity: { name: 'Clawd', emoji: '🦞' } }];
  return { agents: { list }, ...rest, channels: { telegram } };
}

export async function createInboundBench(options: InboundBenchOptions = {}): Promise<InboundBench> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'chela-inbound-')));
  const clock = createManualClock(NOW);
  const memory = options.memory ?? { runs: new Map(), notices: new Map() };
  let current = options.config ?? telegramConfig();
  const store = await createStore({
    stateDir: dir,
    mirror: false,
    workspaceDir: () => join(dir, 'workspace'),
    clock,
    logger: silentLogger(),
  });
  const adapter = fakeAdapter(options.facts);
  const { connection, reactions } = fakeConnection(options.connection);
  const pairing = createPairingStore({ folder: join(dir, 'credentials'), clock });
  const systemEvents: { sessionKey: string; text: string }[] = [];
  const edits: ConfigEdit[] = [];
  const deps: InboundDeps = {
    config: { current: () => current, paths: { stateDir: dir } },
    store,
    agent: { submit: async (request) => submitTo(memory, request) },
    adapters: { load: async () => adapter },
    connections: { get: () => connection },
    outbound: {
      notify: async (origin, key, text) => {
        if (!memory.notices.has(key)) memory.notices.set(key, { origin, key, text });
      },
    },
    pairing,
    systemEvents: { add: (sessionKey, text) => void systemEvents.push({ sessionKey, text }) },
    settings: ({ channel }) => {
      const section = isRecord(current.channels) ? current.channels[channel] : undefined;
      return isRecord(section) ? section : {};
    },
    editConfig: async (changes) => void edits.push(...changes),
    timeZone: 'UTC',
    clock,
    logger: silentLogger(),
    metrics: silentMetrics(),
  };
  const inbound = createInbound(options.wrap?.(deps) ?? deps);
  let isOpen = true;
  /** As a crash does: what is under way is not waited for. */
  const crash = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    void inbound.close();
    await store.close();
  };
  onTestFinished(async () => {
    await crash();
    if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
  });
  return {
    dir,
    clock,
    store,
    inbound,
    pairing,
    get submitted() {
      return [...memory.runs.values()];
    },
    get notices() {
      return [...memory.notices.values()];
    },
    reactions,
    systemEvents,
    edits,
    setConfig(next) {
      current = next;
    },
    receive: (event) => inbound.receive(ACCOUNT, event),
    async settled() {
      for (;;) {
        const { received, routed } = await store.channelInbox.depths();
        if (received + routed === 0) return;
        await new Promise((resume) => setImmediate(resume));
      }
    },
    async restart(changes = {}) {
      await crash();
      return createInboundBench({ ...options, wrap: (same) => same, ...changes, dir, memory });
    },
  };
}

const OUTCOME: RunOutcome = {
  kind: 'answered',
  payloads: [],
  silent: true,
  meta: { durationMs: 0, aborted: false, agentMeta: { sessionId: '', provider: '', model: '' } },
  startedAt: 0,
  endedAt: 0,
};

/** As the runtime does: a run id makes one run. */
function submitTo({ runs }: Memory, request: AgentRequest): SubmitResult {
  if (runs.has(request.runId)) return { status: 'ended', outcome: OUTCOME };
  runs.set(request.runId, request);
  return { status: 'started', acceptedAt: 0, outcome: Promise.resolve(OUTCOME) };
}
