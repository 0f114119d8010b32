import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config, ConfigService, ConfigSnapshot } from '@chela/config';
import type { HookBell } from '@chela/hooks';
import type { MediaUnderstanding, ModelService } from '@chela/models';
import { type Clock, silentLogger, silentMetrics } from '@chela/observability';
import { createStore, type Store, type TranscriptMessage } from '@chela/store';
import type { CommandRooms } from '../commands/command-rooms.ts';
import { createAgentRuntime } from '../create-runtime.ts';
import type { AgentRequest, AgentRuntime, RunEvent, RunOutcome } from '../runtime.ts';
import { createSystemEvents, type SystemEvents } from '../system-events/system-events.ts';
import type { SpeechRoom } from '../turn/speak-answer.ts';
import type { Deliver, HostFacts, Tell, TurnSkills } from '../turn/turn-deps.ts';
import { createManualClock, type ManualClock, until } from './manual-clock.ts';
import { createScriptedModels, type ScriptedModels } from './scripted-models.ts';
import { createScriptedTools, type ScriptedTools } from './scripted-tools.ts';

/** A runtime on a real store in a folder of its own, with scripted models and tools. */
export interface Harness {
  readonly dir: string;
  readonly clock: ManualClock;
  readonly models: ScriptedModels;
  readonly tools: ScriptedTools;
  readonly store: Store;
  readonly runtime: AgentRuntime;
  readonly events: RunEvent[];
  readonly systemEvents: SystemEvents;
  setConfig(next: Config): void;
  /** Resolves when the model was asked this often. */
  asked(times: number): Promise<void>;
  /** Resolves when an event of this type was seen. */
  seen(type: RunEvent['type'], runId?: string): Promise<void>;
  /** Submits and waits for the outcome of a message that must be new. */
  run(request?: Partial<AgentRequest>): Promise<RunOutcome>;
  history(sessionKey?: string): Promise<readonly TranscriptMessage[]>;
  dispose(): Promise<void>;
}

export interface HarnessOptions {
  readonly config?: Config;
  /** Reuses the state of an earlier harness, as after a restart. */
  readonly dir?: string;
  /** Services that commands use. */
  readonly rooms?: CommandRooms;
  /** Commit the program was built from. */
  readonly commit?: string;
  /** Stands between runtime and store; for faults. */
  readonly wrapStore?: (store: Store) => Store;
  readonly media?: MediaUnderstanding;
  /** Models instead of the scripted ones. */
  readonly makeModels?: (deps: { readonly clock: Clock; readonly store: Store }) => ModelService;
  readonly skills?: TurnSkills;
  readonly speech?: SpeechRoom;
  readonly hooks?: HookBell;
  /** Takes over answers that go to a channel. */
  readonly deliver?: Deliver;
  /** Takes over words of the gateway itself. */
  readonly tell?: Tell;
}

const TEST_HOST: HostFacts = {
  hostName: 'testhost',
  os: 'Linux 6.1',
  arch: 'x64',
  nodeVersion: 'v24.0.0',
  shell: 'bash',
  timeZone: 'UTC',
  version: '0.0.0',
};

export function testRequest(changes: Partial<AgentRequest> = {}): AgentRequest {
  return {
    runId: 'run-1',
    source: 'chat.send',
    agentId: 'main',
    sessionKey: 'agent:main:main',
    requestedSessionKey: 'main',
    text: 'hello',
    images: [],
    sender: { messageId: changes.runId ?? 'run-1', name: 'test' },
    ...changes,
  };
}

function testConfig(dir: string, config: Config = {}): { service: ConfigService; set(next: Config): void } {
  const withWorkspace = (next: Config): Config => ({
    ...next,
    agents: {
      ...next.agents,
      defaults: { workspace: join(dir, 'workspace'), skipBootstrap: true, ...next.agents?.defaults },
    },
  });
  let current = withWorkspace(config);
  const snapshot = (): ConfigSnapshot => {
    throw new Error('the runtime has no business with the file');
  };
  const service: ConfigService = {
    paths: { homeDir: dir, stateDir: dir, configPath: join(dir, 'openclaw.json') },
    current: () => current,
    snapshot,
    reload: async () => snapshot(),
    onChange: () => () => {},
    close: async () => {},
  };
  return {
    service,
    set(next) {
      current = withWorkspace(next);
    },
  };
}

async function openTestStore(dir: string, clock: Clock): Promise<Store> {
  return createStore({
    stateDir: dir,
    mirror: false,
    workspaceDir: () => join(dir, 'workspace'),
    clock,
    logger: silentLogger(),
  });
}

export async function createHarness(options: HarnessOptions = {}): Promise<Harness> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'chela-agent-')));
  const clock = createManualClock();
  const models = createScriptedModels();
  const tools = createScriptedTools();
  const config = testConfig(dir, options.config);
  const store = await openTestStore(dir, clock);
  const systemEvents = createSystemEvents(clock);
  const events: RunEvent[] = [];
  const runtime = createAgentRuntime({
    config: config.service,
    store: options.wrapStore?.(store) ?? store,
    models: options.makeModels?.({ clock, store }) ?? models,
    tools,
    ...(options.media === undefined ? {} : { media: options.media }),
    logger: silentLogger(),
    metrics: silentMetrics(),
    clock,
    host: options.commit === undefined ? TEST_HOST : { ...TEST_HOST, commit: options.commit },
    rooms: options.rooms ?? {},
    ...(options.skills && { skills: options.skills }),
    ...(options.speech && { speech: options.speech }),
    ...(options.hooks && { hooks: options.hooks }),
    ...(options.deliver && { deliver: options.deliver }),
    ...(options.tell && { tell: options.tell }),
    systemEvents,
  });
  runtime.subscribe((event) => void events.push(event));
  return {
    dir,
    clock,
    models,
    tools,
    store,
    runtime,
    events,
    systemEvents,
    setConfig: config.set,
    asked: (times) => until(() => models.requests.length >= times),
    seen: (type, runId) =>
      until(() => events.some((event) => event.type === type && (runId ?? event.runId) === event.runId)),
    async run(changes) {
      const result = await runtime.submit(testRequest(changes));
      if (result.status !== 'started') throw new Error(`expected a new run, got ${result.status}`);
      return result.outcome;
    },
    async history(sessionKey = 'agent:main:main') {
      const row = await store.sessions.get(sessionKey);
      if (row === undefined) return [];
      const branch = await store.transcripts.branch(row.entry.sessionId);
      return branch.flatMap((entry) => (entry.type === 'message' ? [entry.message] : []));
    },
    async dispose() {
      let closed = false;
      const closing = runtime.close(0).then(() => {
        closed = true;
      });
      while (!closed) await clock.advance(1_000);
      await closing;
      await store.close();
      if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
    },
  };
}
