/** One gateway under test: start it on a fixture, wait until it serves, open clients, end it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { agentList } from './big-state.ts';
import { type BenchClient, type ClientOptions, createClient, type Device } from './client.ts';
import { createFixture, type Fixture, type Profile, type Seed, seedDisk, TOKEN } from './fixture.ts';
import { type JsonObject, listAt, numberAt, textAt } from './json.ts';
import { cpuSeconds, memory, type TreeMemory } from './process-tree.ts';
import type { EndOptions, Handle, Processes } from './processes.ts';
import { sleep } from './stats.ts';

export interface GatewaySpec {
  readonly name: string;
  readonly command: string;
  /** Prefix of one-shot commands. */
  readonly cli: string;
  readonly config: JsonObject | null;
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly device: Device;
}

export interface GatewayOptions {
  readonly root: string;
  readonly mockPort: number;
  readonly profile: Profile;
  readonly bootTimeoutMs: number;
}

/** Times in ms from process start, sizes in MiB. */
interface Boot extends Omit<TreeMemory, 'rss' | 'pss'> {
  readonly challengeMs: number;
  readonly helloMs: number;
  readonly healthMs: number;
  readonly cpuS: number;
  readonly rssMb: number;
  readonly pssMb: number;
}

/** What hello-ok told last. */
export interface HelloFacts {
  readonly version: string;
  readonly protocol: number | null;
  readonly methods: number;
}

export interface Gateway {
  readonly name: string;
  readonly command: string;
  readonly cli: string;
  readonly url: string;
  readonly fixture: Fixture;
  readonly hello: HelloFacts | null;
  /** True while its process runs. */
  readonly isRunning: boolean;
  /** Process id; throws when it was never started or was stopped. */
  readonly pid: number;
  /** Label of the current state, null before the first `prepare`. */
  readonly label: string | null;
  /** Fills {port} and {token} in. */
  fill(command: string): string;
  /**
   * Fresh state. TMPDIR is private to the gateway and shared by its states: the first boot of a run finds empty compile
   * caches, later ones find them filled.
   */
  prepare(label: string, seed?: Seed, extra?: ExtraSetup): void;
  /** Starts and polls until hello-ok. */
  boot(): Promise<Boot>;
  client(extra?: Partial<ClientOptions>): BenchClient;
  memory(): TreeMemory;
  cpuSeconds(): number;
  /** Ends the process tree; resolves with ms until gone. */
  stop(how?: EndOptions): Promise<number>;
}

/** Laid over what the gateway was given. */
export interface ExtraSetup {
  readonly config: JsonObject;
  readonly env: Readonly<Record<string, string>>;
}

const RETRY_MS = 15;
/** What a port says while nobody listens yet. */
const NOT_YET = /ECONNREFUSED|ECONNRESET|hang up|503/;

export function createGateway(spec: GatewaySpec, options: GatewayOptions, processes: Processes): Gateway {
  let fixture: Fixture | undefined;
  let label: string | null = null;
  let handle: Handle | null = null;
  let hello: HelloFacts | null = null;
  const url = `ws://127.0.0.1:${spec.port}`;

  const fill = (command: string): string =>
    command.replaceAll('{port}', String(spec.port)).replaceAll('{token}', TOKEN);
  const client = (extra: Partial<ClientOptions> = {}): BenchClient =>
    createClient({ url, token: TOKEN, device: spec.device, ...extra });
  const prepared = (): Fixture => {
    if (!fixture) throw new Error(`${spec.name}: not prepared`);
    return fixture;
  };
  const running = (): Handle => {
    if (!handle) throw new Error(`${spec.name}: not running`);
    return handle;
  };

  return {
    name: spec.name,
    command: spec.command,
    cli: spec.cli,
    url,
    get fixture() {
      return prepared();
    },
    get hello() {
      return hello;
    },
    get isRunning() {
      return handle !== null && handle.exited === null;
    },
    get pid() {
      return running().pid;
    },
    get label() {
      return label;
    },
    fill,
    prepare(next, seed, extra) {
      const root = join(options.root, spec.name, next);
      rmSync(root, { recursive: true, force: true });
      label = next;
      fixture = createFixture({
        root,
        tmp: join(options.root, spec.name, 'tmp'),
        port: spec.port,
        mockPort: options.mockPort,
        profile: options.profile,
        config: { ...spec.config, ...(seed?.agents && { agents: agentList(seed.agents) }), ...extra?.config },
        env: { ...spec.env, ...extra?.env },
      });
      if (seed) seedDisk(fixture, seed);
    },
    async boot() {
      const { env, workspace, logFile } = prepared();
      const started = processes.start(fill(spec.command), { env, cwd: workspace, logFile });
      handle = started;
      const t0 = started.startedAt;
      let challengeMs: number | null = null;
      let lastRefusal = 'port never opened';
      while (performance.now() < t0 + options.bootTimeoutMs) {
        if (started.exited) {
          throw new Error(`${spec.name}: exited at start: ${JSON.stringify(started.exited)} (see ${logFile})`);
        }
        const probe = client({ timeoutMs: 30_000 });
        const begun = performance.now();
        try {
          const greeting = await probe.connect();
          challengeMs ??= begun + (probe.timing.challengeMs ?? 0) - t0;
          const helloMs = begun + (probe.timing.helloMs ?? 0) - t0;
          hello = helloFacts(greeting);
          await probe.call('health').catch(() => null);
          const healthMs = performance.now() - t0;
          const cpuS = cpuSeconds(started.pid);
          const { rss, pss, processes: count, threads } = memory(started.pid);
          await probe.close();
          return { challengeMs, helloMs, healthMs, cpuS, rssMb: rss, pssMb: pss, processes: count, threads };
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          if (probe.timing.challengeMs !== null) challengeMs ??= begun + probe.timing.challengeMs - t0;
          if (!NOT_YET.test(message)) lastRefusal = message;
          await sleep(RETRY_MS);
        }
      }
      throw new Error(`${spec.name}: not ready after ${options.bootTimeoutMs} ms: ${lastRefusal}`);
    },
    client,
    memory: () => memory(running().pid),
    cpuSeconds: () => cpuSeconds(running().pid),
    async stop(how = {}) {
      if (!handle) return 0;
      const ms = await processes.end(handle, how);
      handle = null;
      return ms;
    },
  };
}

const helloFacts = (greeting: JsonObject): HelloFacts => ({
  version: textAt(greeting, 'server.version') ?? 'unknown',
  protocol: numberAt(greeting, 'protocol') ?? null,
  methods: listAt(greeting, 'features.methods').length,
});

/** Runs `work` for each gateway in turn, `rounds` times: A B A B … */
export async function interleave(
  gateways: readonly Gateway[],
  rounds: number,
  work: (gateway: Gateway, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) for (const gateway of gateways) await work(gateway, round);
}
