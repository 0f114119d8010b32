/** A fresh state directory per gateway: minimal config, environment, optional seeded sessions and transcripts. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seedAgents, seedCronJobs } from './big-state.ts';
import { isJsonObject, type JsonObject } from './json.ts';

export const TOKEN = 'bench-token-0123456789';
const MODEL_KEY = 'bench-provider-key-0123456789';

export type Profile = 'default' | 'lean';

export interface Fixture {
  readonly root: string;
  readonly state: string;
  readonly workspace: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
}

export interface FixtureOptions {
  readonly root: string;
  readonly tmp: string;
  readonly port: number;
  readonly mockPort: number;
  readonly profile: Profile;
  readonly config: JsonObject | null;
  readonly env: Readonly<Record<string, string>>;
}

const baseConfig = (port: number, mockPort: number, workspace: string): JsonObject => ({
  gateway: { mode: 'local', port, bind: 'loopback', auth: { mode: 'token', token: TOKEN } },
  models: {
    providers: {
      mock: {
        baseUrl: `http://127.0.0.1:${mockPort}/v1`,
        apiKey: MODEL_KEY,
        api: 'openai-completions',
        models: [
          {
            id: 'm1',
            name: 'm1',
            reasoning: false,
            input: ['text'],
            cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
            contextWindow: 1_000_000,
            maxTokens: 8192,
          },
        ],
      },
    },
  },
  // maxConcurrent: the concurrency tests use 64 sessions, so the global lane must not be the limit.
  agents: { defaults: { model: { primary: 'mock/m1' }, workspace, maxConcurrent: 64 } },
  tools: { exec: { host: 'gateway', security: 'full', ask: 'off' } },
});

/** What an operator can switch off without losing the core: gateway, agent, tools. */
const LEAN_CONFIG: JsonObject = {
  plugins: { enabled: false },
  browser: { enabled: false },
  discovery: { mdns: { mode: 'off' } },
  update: { checkOnStart: false },
};
const LEAN_ENV = {
  OPENCLAW_SKIP_CHANNELS: '1',
  OPENCLAW_SKIP_PROVIDERS: '1',
  OPENCLAW_SKIP_BROWSER_CONTROL_SERVER: '1',
  OPENCLAW_SKIP_CANVAS_HOST: '1',
  OPENCLAW_SKIP_GMAIL_WATCHER: '1',
  OPENCLAW_SKIP_CRON: '1',
  OPENCLAW_DISABLE_BONJOUR: '1',
  OPENCLAW_NO_AUTO_UPDATE: '1',
  OPENCLAW_NO_RESPAWN: '1',
};

/** Members of `over` win; objects are merged, everything else replaced. */
const merge = (base: JsonObject, over: JsonObject): JsonObject => ({
  ...base,
  ...Object.fromEntries(
    Object.entries(over).map(([key, value]) => {
      const below = base[key];
      return [key, isJsonObject(value) ? merge(isJsonObject(below) ? below : {}, value) : value];
    }),
  ),
});

export function createFixture(options: FixtureOptions): Fixture {
  const { root, tmp, port, profile } = options;
  const state = join(root, 'state');
  const home = join(root, 'home');
  const workspace = join(root, 'workspace');
  for (const folder of [state, home, workspace, tmp]) mkdirSync(folder, { recursive: true });
  const layers = [profile === 'lean' ? LEAN_CONFIG : {}, options.config ?? {}];
  const config = layers.reduce(merge, baseConfig(port, options.mockPort, workspace));
  const configPath = join(state, 'openclaw.json');
  writeFileSync(configPath, JSON.stringify(config, null, 2));
  const env = {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    TMPDIR: tmp,
    HOME: home,
    OPENCLAW_STATE_DIR: state,
    OPENCLAW_CONFIG_PATH: configPath,
    OPENCLAW_GATEWAY_PORT: String(port),
    OPENCLAW_GATEWAY_TOKEN: TOKEN,
    NO_COLOR: '1',
    ...(profile === 'lean' ? LEAN_ENV : {}),
    ...options.env,
  };
  return { root, state, workspace, env, logFile: join(root, 'gateway.log') };
}

const seedKey = (index: number): string => `agent:main:seed-${index}`;
export const HISTORY_KEY = 'agent:main:history';

export interface Seed {
  readonly sessions: number;
  /** Messages of the one session that has a transcript. */
  readonly messages: number;
  /** Further agents; the sessions are spread over all. */
  readonly agents?: number;
  readonly cronJobs?: number;
}

/**
 * Seeds sessions in the layout of release 2026.2.17: <state>/agents/main/sessions/{sessions.json,<sessionId>.jsonl}.
 * A gateway with another store is expected to import them at its first start; the suites check the count.
 */
export function seedDisk(fixture: Fixture, { sessions, messages, agents = 0, cronJobs = 0 }: Seed): void {
  const folder = join(fixture.state, 'agents', 'main', 'sessions');
  mkdirSync(folder, { recursive: true });
  const now = Date.now();
  const store: Record<string, JsonObject> = {};
  const ofMain = Math.ceil(sessions / (agents + 1));
  for (let index = 0; index < ofMain; index += 1) store[seedKey(index)] = sessionEntry(index, now);
  seedAgents(fixture.state, agents, sessions - ofMain, (index) => sessionEntry(ofMain + index, now));
  seedCronJobs(fixture.state, cronJobs, now);
  if (messages > 0) {
    const id = randomUUID();
    const file = join(folder, `${id}.jsonl`);
    store[HISTORY_KEY] = { sessionId: id, updatedAt: now, systemSent: true, sessionFile: file, chatType: 'direct' };
    writeFileSync(file, transcript(id, messages, fixture.workspace, now));
  }
  writeFileSync(join(folder, 'sessions.json'), JSON.stringify(store, null, 2));
}

const sessionEntry = (index: number, now: number): JsonObject => ({
  sessionId: randomUUID(),
  updatedAt: now - index * 1000,
  systemSent: true,
  abortedLastRun: false,
  chatType: 'direct',
  label: `seed ${index}`,
  inputTokens: 10,
  outputTokens: 5,
  totalTokens: 15,
  modelProvider: 'mock',
  model: 'm1',
  contextTokens: 1_000_000,
  deliveryContext: { channel: 'webchat' },
  lastChannel: 'webchat',
});

function transcript(id: string, messages: number, cwd: string, now: number): string {
  const hex = (n: number): string => n.toString(16).padStart(8, '0');
  const at = (index: number): number => now - (messages - index) * 1000;
  const lines: JsonObject[] = [{ type: 'session', version: 3, id, timestamp: new Date(at(0)).toISOString(), cwd }];
  for (let index = 0; index < messages; index += 1) {
    lines.push({
      type: 'message',
      id: hex(index + 1),
      parentId: index === 0 ? null : hex(index),
      timestamp: new Date(at(index)).toISOString(),
      message: message(index, at(index)),
    });
  }
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}

function message(index: number, timestamp: number): JsonObject {
  const text = `message ${index}: ${'lorem ipsum dolor sit amet '.repeat(4)}`;
  const common = { content: [{ type: 'text', text }], timestamp };
  if (index % 2 === 0) return { role: 'user', ...common };
  return {
    role: 'assistant',
    ...common,
    api: 'openai-completions',
    provider: 'mock',
    model: 'm1',
    stopReason: 'stop',
    usage: {
      input: 10,
      output: 5,
      cacheRead: 0,
      cacheWrite: 0,
      totalTokens: 15,
      cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
    },
  };
}
