import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AgentRequest,
  type AgentRuntime,
  createSystemEvents,
  type RunOutcome,
  type SubmitResult,
} from '@chela/agent';
import type { HeartbeatAsk } from '@chela/automation';
import type { Channels } from '@chela/channels';
import { type Config, type ConfigSnapshot, createConfigEditor } from '@chela/config';
import { silentBell } from '@chela/hooks';
import type { ModelRef, ModelService, ResolvedModel } from '@chela/models';
import { parseModelRef } from '@chela/models';
import { createNodePairing, createNodeRegistry, createNodes } from '@chela/nodes';
import { silentLogger, silentMetrics } from '@chela/observability';
import { createSkillService } from '@chela/skills';
import { createStore } from '@chela/store';
import { createApprovalDesk, createApprovalsDocument, type SpeechService } from '@chela/tools';
import type { Broadcast } from '../../broadcast.ts';
import type { DevicePairing } from '../../device-pairing.ts';
import type { Caller, GatewayServices } from '../../method.ts';
import { pairedNodes } from '../../nodes/paired-nodes.ts';
import type { Presence, PresenceEntry } from '../../presence.ts';
import type { RestartRequest } from '../../restart/restart.ts';
import type { Updater } from '../../update/updater.ts';
import { allMethods } from '../index.ts';
import { standInAutomation } from './stand-in-automation.ts';
import { createSteppedClock, type SteppedClock } from './stepped-clock.ts';

/** The method table over a real store and stand-ins for the other seams; what a client could see is recorded. */
export interface MethodBench extends AsyncDisposable {
  readonly services: GatewayServices;
  readonly clock: SteppedClock;
  readonly stateDir: string;
  /** Requests that reached the agent runtime. */
  readonly submitted: readonly AgentRequest[];
  readonly aborted: readonly unknown[];
  readonly broadcasts: readonly { readonly event: string; readonly payload: unknown }[];
  /** Restarts that were asked for. */
  readonly restarts: readonly RestartRequest[];
  /** Heartbeats that were asked for. */
  readonly heartbeatAsks: readonly HeartbeatAsk[];
  /** First responses of two-phase methods. */
  readonly accepted: readonly unknown[];
  call(method: string, params?: unknown, caller?: Partial<Caller>): Promise<unknown>;
}

export interface BenchOptions {
  readonly config?: Config;
  readonly submit?: (request: AgentRequest) => Promise<SubmitResult>;
  readonly active?: ReturnType<AgentRuntime['active']>;
  readonly wait?: RunOutcome;
  readonly reasoning?: boolean;
  readonly devices?: Partial<DevicePairing>;
  readonly speech?: Partial<SpeechService>;
  readonly updater?: Updater;
  readonly channels?: Channels;
}

export const BASE_CONFIG: Config = {
  agents: { defaults: { model: { primary: 'mock/m1' }, skipBootstrap: true, heartbeat: { every: '0m' } } },
};

export const ANSWERED: RunOutcome = {
  kind: 'answered',
  payloads: [{ text: 'Done.', mediaUrl: null }],
  silent: false,
  meta: { durationMs: 1, aborted: false, agentMeta: { sessionId: 's', provider: 'mock', model: 'm1' } },
  startedAt: 1,
  endedAt: 2,
};

export async function openMethodBench(options: BenchOptions = {}): Promise<MethodBench> {
  const stateDir = await mkdtemp(join(tmpdir(), 'chela-methods-'));
  const clock = createSteppedClock();
  const logger = silentLogger();
  const store = await createStore({ stateDir, mirror: true, workspaceDir: () => stateDir, clock, logger });
  const submitted: AgentRequest[] = [];
  const aborted: unknown[] = [];
  const broadcasts: { event: string; payload: unknown }[] = [];
  const accepted: unknown[] = [];
  const restarts: RestartRequest[] = [];
  const heartbeatAsks: HeartbeatAsk[] = [];
  const broadcast: Broadcast = {
    send: (event, payload) => broadcasts.push({ event, payload }),
    sendTo: (_ids, event, payload) => broadcasts.push({ event, payload }),
    withCapability: () => [],
  };
  const config = standInConfig(options.config ?? BASE_CONFIG, stateDir);
  const devices: DevicePairing = { ...noDevices, ...options.devices };
  const nodeRegistry = createNodeRegistry({ clock });
  const services: GatewayServices = {
    version: 'test',
    startedAt: clock.now(),
    config,
    editor: createConfigEditor({ paths: config.paths, env: {}, logger, clock }),
    restart: {
      schedule(request) {
        restarts.push(request);
        const { reason, delayMs = 0 } = request;
        return { ok: true, pid: 1, signal: 'SIGUSR1', delayMs, reason, mode: 'emit' };
      },
    },
    store,
    agent: {
      async submit(request) {
        submitted.push(request);
        const started = { status: 'started', acceptedAt: clock.now(), outcome: Promise.resolve(ANSWERED) } as const;
        return options.submit?.(request) ?? started;
      },
      async abort(input) {
        aborted.push(input);
        const runs = (options.active ?? []).filter(({ sessionKey }) => sessionKey === input.sessionKey);
        return { runIds: runs.map(({ runId }) => runId) };
      },
      wait: async () => options.wait,
      active: () => options.active ?? [],
      subscribe: () => () => {},
      recover: async () => ({ resumed: 0, ended: 0, published: 0 }),
      close: async () => {},
    },
    models: standInModels(options.reasoning === true),
    tools: {
      offer: () => [],
      call: async () => ({ content: [] }),
      invoke: async () => ({ content: [] }),
      close: async () => {},
    },
    skills: createSkillService({ config, paths: config.paths, env: {}, clock, logger, watch: false }),
    broadcast,
    presence: standInPresence(clock),
    health: {
      last: () => undefined,
      version: 1,
      refresh: async (probe) => ({ ok: true, probe }),
      refreshInTime: async (probe) => ({ ok: true, probe }),
    },
    devices,
    nodes: createNodes({
      registry: nodeRegistry,
      paired: () => pairedNodes(devices),
      settings: () => ({}),
      approvals: { find: async () => undefined, claim: async () => false },
      clock,
    }),
    nodeRegistry,
    nodePairing: createNodePairing({ stateDir, clock, logger }),
    approvals: createApprovalDesk({ approvals: store.approvals, clock, logger }),
    approvalsFile: createApprovalsDocument({ path: join(stateDir, 'exec-approvals.json'), clock }),
    ...standInAutomation({ asks: heartbeatAsks }),
    hooks: silentBell,
    systemEvents: createSystemEvents(clock),
    channels: () => options.channels,
    quota: { read: async () => ({ updatedAt: clock.now(), providers: [] }) },
    speech: { ...noSpeech, ...options.speech },
    updater: options.updater ?? noUpdater,
    logger,
    metrics: silentMetrics(),
    clock,
  };
  const table = new Map(allMethods(services).map((row) => [row.name, row]));
  return {
    services,
    clock,
    stateDir,
    submitted,
    aborted,
    broadcasts,
    restarts,
    heartbeatAsks,
    accepted,
    async call(method, params, caller = {}) {
      const row = table.get(method);
      if (row === undefined) throw new Error(`no method ${method}`);
      return row.handle(row.normalise ? row.normalise(params) : params, {
        caller: { ...OPERATOR, ...caller },
        requestId: 'q1',
        accept: (payload) => accepted.push(payload),
        signal: new AbortController().signal,
      });
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

const OPERATOR: Caller = {
  connId: 'conn-1',
  role: 'operator',
  scopes: ['operator.admin'],
  client: { id: 'test', mode: 'test', version: '1.0.0', platform: 'linux' },
  deviceId: 'device-1',
  isLocal: true,
  caps: new Set(),
  remoteIp: undefined,
};

function standInConfig(config: Config, stateDir: string): GatewayServices['config'] {
  const snapshot: ConfigSnapshot = {
    path: join(stateDir, 'openclaw.json'),
    exists: true,
    raw: '{}',
    parsed: {},
    resolved: {},
    config,
    valid: true,
    issues: [],
    warnings: [],
    legacyIssues: [],
    hash: 'hash',
  };
  return {
    paths: { homeDir: stateDir, stateDir, configPath: snapshot.path },
    current: () => config,
    snapshot: () => snapshot,
    reload: async () => snapshot,
    onChange: () => () => {},
    close: async () => {},
  };
}

/** Knows every model of provider `mock` but m9; the alias `two` means mock/m2. */
function standInModels(reasoning: boolean): ModelService {
  const resolve = (ref: ModelRef): ResolvedModel => ({
    ref,
    name: ref.model,
    api: 'openai-completions',
    baseUrl: 'http://127.0.0.1:1',
    headers: {},
    reasoning,
    input: ['text'],
    contextWindow: 128_000,
    maxTokens: 4096,
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  });
  const fallback = { provider: 'mock', model: 'm1' };
  return {
    catalog: async () => [
      { id: 'm1', name: 'm1', provider: 'mock', contextWindow: 128_000, reasoning, input: ['text'] },
    ],
    parseRef: (raw) => (raw === 'two' ? { provider: 'mock', model: 'm2' } : parseModelRef(raw, 'anthropic')),
    defaultRef: async () => fallback,
    select: async ({ override }) => ({ primary: resolve(override ?? fallback), fallbacks: [], source: 'config' }),
    async *stream() {},
    allowed: async (ref) => ref.model !== 'm9',
    credential: async () => undefined,
    credentials: async () => [],
    profile: async () => undefined,
    imageModels: async () => [],
    budgets: async () => [],
    close: async () => undefined,
  };
}

function standInPresence(clock: SteppedClock): Presence {
  const entries: PresenceEntry[] = [];
  return {
    list: () => entries,
    version: 1,
    update: (_key, entry) => entries.unshift({ ...entry, ts: clock.now() }),
  };
}

const noSpeech: SpeechService = {
  status: () => Promise.reject(new Error('not part of these tests')),
  providers: () => Promise.reject(new Error('not part of these tests')),
  setEnabled: async () => {},
  setProvider: async () => {},
  convert: () => Promise.reject(new Error('TTS conversion failed: edge: not part of these tests')),
  takesSpokenText: () => true,
  close: async () => {},
};

const noUpdater: Updater = {
  run: async () => ({
    status: 'skipped',
    mode: 'unknown',
    root: '/opt/chela',
    reason: 'not-git-install',
    before: { version: 'test' },
    steps: [],
    durationMs: 1,
  }),
};

const noDevices: DevicePairing = {
  list: async () => ({ pending: [], paired: [] }),
  get: async () => undefined,
  request: async () => {
    throw new Error('not part of these tests');
  },
  approve: async () => undefined,
  reject: async () => undefined,
  touch: async () => {},
  ensureToken: async () => undefined,
  verifyToken: async () => false,
  rotateToken: async () => undefined,
  revokeToken: async () => undefined,
};
