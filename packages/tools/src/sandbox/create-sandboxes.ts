import { constants, copyFile, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BOOTSTRAP_NAMES, type Config } from '@chela/config';
import type { Clock, Logger } from '@chela/observability';
import { isSandboxed, mainSessionKey } from '../policy/sandbox-mode.ts';
import { type Bubblewrap, findBubblewrap } from './bubblewrap.ts';
import { BUBBLEWRAP_IMAGE, createContainerList } from './container-list.ts';
import { createDocker, dockerAnswers } from './docker.ts';
import type { Mount } from './docker-arguments.ts';
import { configHash, placeName } from './place-name.ts';
import { createProgramRunner } from './program.ts';
import { assertSafeIsolation, assertSafeSource, coveredSecret, parseBind } from './safety.ts';
import type { Sandbox, SandboxBackend, SandboxCommand, SandboxLaunch, SandboxPlace } from './sandbox.ts';
import { type SandboxSettings, sandboxSettings } from './settings.ts';

const AGENT_FOLDER = '/agent';
const ENGINE_SOCKETS = ['/run/docker.sock', '/var/run/docker.sock'] as const;
/** What an agent's own files are called; a sandbox without its workspace gets a copy once. */
const AGENT_FILES = BOOTSTRAP_NAMES.filter((name) => name !== 'BOOTSTRAP.md');
const PRIVATE_FOLDER = 0o700;
const SETUP_TIMEOUT_MS = 10 * 60_000;
/** How long a failed search for a back end is believed. */
const SEARCH_AGAIN_MS = 60_000;
const TOUCH_MS = 60_000;
const PRUNE_INTERVAL_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SETUP_MARK = 'setup';

export interface SandboxesDeps {
  readonly config: () => Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDir: string;
  /** Folders of the skills that an agent may use; they can be read in its sandboxes. */
  readonly skillFolders?: (agentId: string) => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Caller {
  readonly agentId: string;
  readonly sessionKey: string;
}

/** The sandboxes of this gateway: which sessions have one, and what runs their commands. */
export interface Sandboxes {
  isSandboxed(caller: Caller): boolean;
  settings(agentId: string): SandboxSettings;
  /** The sandbox of a session, its folders made. Throws for settings that would open it. */
  open(caller: Caller & { readonly workspaceDir: string }): Promise<Sandbox>;
  /** Ends commands of a container that an earlier process left there. */
  sweep(container: string, mark: string): Promise<void>;
  close(): Promise<void>;
}

/** Who shares a sandbox with a session. */
export function sandboxScopeKey({ scope }: SandboxSettings, caller: Caller): string {
  if (scope === 'shared') return 'shared';
  return scope === 'agent' ? `agent:${caller.agentId}` : caller.sessionKey;
}

async function furnish(folder: string, workspaceDir: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  for (const name of AGENT_FILES) {
    const source = join(workspaceDir, name);
    const facts = await lstat(source).catch(() => undefined);
    if (!facts?.isFile()) continue;
    await copyFile(source, join(folder, name), constants.COPYFILE_EXCL).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  }
}

/** The agent of a scope's key; scopes that agents share go by the settings of the main one. */
function agentOf(scopeKey: string): string {
  return /^agent:([^:]+)/.exec(scopeKey)?.[1] ?? 'main';
}

/** Remembers what was found; a vain search is repeated after a while. */
function remembered<T>(clock: Clock, search: () => Promise<T>, isFound: (result: T) => boolean): () => Promise<T> {
  let last: { readonly at: number; readonly result: Promise<T> } | undefined;
  return async () => {
    const known = last && (await last.result);
    if (last !== undefined && known !== undefined && (isFound(known) || clock.now() - last.at < SEARCH_AGAIN_MS)) {
      return known;
    }
    last = { at: clock.now(), result: search() };
    return last.result;
  };
}

export function createSandboxes(deps: SandboxesDeps): Sandboxes {
  const { config, env, stateDir, clock, logger } = deps;
  const run = createProgramRunner(env);
  const containers = createContainerList(stateDir);
  const docker = createDocker({ run, env, containers, clock, logger });
  const engineAnswers = remembered(clock, () => dockerAnswers(run), Boolean);
  const bubblewrap = remembered(
    clock,
    () => findBubblewrap({ run, env }),
    (found) => !('unusable' in found),
  );
  /** The last launch of each scope: two calls must not set up the same sandbox side by side. */
  const launches = new Map<string, Promise<unknown>>();
  const said = new Set<string>();
  let pruning: Promise<void> = Promise.resolve();
  let prunedAt = 0;

  function sayOnce(message: string): void {
    if (said.has(message)) return;
    said.add(message);
    logger.warn(message);
  }

  async function backendFor(settings: SandboxSettings): Promise<SandboxBackend> {
    if (settings.wantsDocker && (await engineAnswers())) return docker;
    const found = await bubblewrap();
    if ('unusable' in found) {
      if (!settings.wantsDocker && (await engineAnswers())) return docker;
      throw new Error(
        `This session is configured to run in a sandbox (agents.defaults.sandbox.mode), and this gateway has none: ${found.unusable}; no docker engine answers. The command was not run. Install bubblewrap (Linux) or docker, or set the mode to off to run tools on the host.`,
      );
    }
    if (settings.docker.network !== 'none') {
      sayOnce(`the sandbox network "${settings.docker.network}" needs docker; under bubblewrap there is no network`);
    }
    if (found.processLimit === 'none') {
      sayOnce('nothing limits the number of processes in sandboxes: root without a writable pids control group');
    }
    return asSetUp(found);
  }

  /** Bubblewrap with `setupCommand` run once for each sandbox, as in a container. */
  function asSetUp(backend: Bubblewrap): SandboxBackend {
    async function setUp(place: SandboxPlace): Promise<void> {
      const name = placeName(place.scopeKey);
      const hash = configHash(place);
      const now = clock.now();
      const known = (await containers.read()).find(({ containerName }) => containerName === name);
      const isReady = known?.configHash === hash;
      if (isReady && now - known.lastUsedAtMs < TOUCH_MS) return;
      const { setupCommand, workdir } = place.settings.docker;
      if (!isReady && setupCommand !== undefined) {
        const request = { command: setupCommand, workdir, env: {}, terminal: false, mark: `${SETUP_MARK}-${name}` };
        const { program, release } = await backend.launch(place, request);
        const answer = await run(program.file, program.args, { timeoutMs: SETUP_TIMEOUT_MS }).finally(release);
        if (answer.code !== 0) throw new Error(`sandbox setupCommand failed: ${answer.stderr.trim() || answer.code}`);
      }
      await containers.put({
        containerName: name,
        sessionKey: place.scopeKey,
        createdAtMs: isReady ? known.createdAtMs : now,
        lastUsedAtMs: now,
        image: BUBBLEWRAP_IMAGE,
        configHash: hash,
      });
    }
    return {
      name: backend.name,
      async launch(place, request) {
        await setUp(place);
        return backend.launch(place, request);
      },
    };
  }

  async function prune(): Promise<void> {
    const now = clock.now();
    for (const entry of await containers.read()) {
      const { idleHours, maxAgeDays } = settings(agentOf(entry.sessionKey)).prune;
      const isIdle = idleHours > 0 && now - entry.lastUsedAtMs > idleHours * HOUR_MS;
      const isOld = maxAgeDays > 0 && now - entry.createdAtMs > maxAgeDays * DAY_MS;
      if (!isIdle && !isOld) continue;
      if (entry.image !== BUBBLEWRAP_IMAGE) await docker.remove(entry.containerName);
      await containers.remove(entry.containerName);
    }
  }

  function pruneNowAndThen(): void {
    if (clock.now() - prunedAt < PRUNE_INTERVAL_MS) return;
    prunedAt = clock.now();
    pruning = prune().catch((error: unknown) => {
      logger.warn('sandboxes that nobody uses could not be taken away', { error });
    });
  }

  /** Also where no session asks for a sandbox any more, those of earlier days end. */
  let cancelRound = clock.after(PRUNE_INTERVAL_MS, function round() {
    pruneNowAndThen();
    cancelRound = clock.after(PRUNE_INTERVAL_MS, round);
  });

  async function launch(place: SandboxPlace, request: SandboxCommand): Promise<SandboxLaunch> {
    const backend = await backendFor(place.settings);
    const before = launches.get(place.scopeKey) ?? Promise.resolve();
    const mine = before.then(() => backend.launch(place, request));
    const settled = mine.catch(() => undefined);
    launches.set(place.scopeKey, settled);
    try {
      return await mine;
    } finally {
      if (launches.get(place.scopeKey) === settled) launches.delete(place.scopeKey);
      pruneNowAndThen();
    }
  }

  /** Skills lie where the prompt says they do, to be read only. A folder that holds secrets is none. */
  async function skillMounts(agentId: string, secrets: readonly string[]): Promise<readonly Mount[]> {
    const folders = (await deps.skillFolders?.(agentId)) ?? [];
    const safe = await Promise.all(
      folders.map(async (dir) => ((await coveredSecret(dir, secrets)) === undefined ? [dir] : [])),
    );
    return safe.flat().map((dir): Mount => ({ outside: dir, inside: dir, writable: false, isBind: true }));
  }

  async function mountsOf(
    settings: SandboxSettings,
    scopeKey: string,
    { agentId, workspaceDir }: { readonly agentId: string; readonly workspaceDir: string },
  ): Promise<readonly [Mount, ...Mount[]]> {
    const { workdir, binds = [] } = settings.docker;
    const access = settings.workspaceAccess;
    const secrets = [stateDir, ...ENGINE_SOCKETS];
    if (access !== 'none') {
      const secret = await coveredSecret(workspaceDir, secrets);
      if (secret !== undefined) {
        throw new Error(
          `The workspace ${workspaceDir} holds ${secret}; a sandbox must not see it. Use another workspace.`,
        );
      }
    }
    for (const bind of binds) await assertSafeSource(bind, secrets);
    const bound = binds.map((bind): Mount => {
      const { source, target, writable } = parseBind(bind);
      return { outside: source, inside: target, writable, isBind: true };
    });
    const others = [...bound, ...(await skillMounts(agentId, secrets))];
    if (access === 'rw') return [{ outside: workspaceDir, inside: workdir, writable: true, isBind: false }, ...others];
    const root = settings.workspaceRoot ?? join(stateDir, 'sandboxes');
    const folder = scopeKey === 'shared' ? root : join(root, placeName(scopeKey));
    await furnish(folder, workspaceDir);
    const own: Mount = { outside: folder, inside: workdir, writable: access === 'none', isBind: false };
    if (access === 'none') return [own, ...others];
    return [own, { outside: workspaceDir, inside: AGENT_FOLDER, writable: false, isBind: false }, ...others];
  }

  const settings = (agentId: string): SandboxSettings => sandboxSettings(config(), agentId);

  return {
    settings,
    isSandboxed({ agentId, sessionKey }) {
      const { mode } = settings(agentId);
      return isSandboxed(mode, sessionKey, mainSessionKey(config(), agentId));
    },
    async open(caller) {
      const current = settings(caller.agentId);
      assertSafeIsolation(current.docker);
      const scopeKey = sandboxScopeKey(current, caller);
      const mounts = await mountsOf(current, scopeKey, caller);
      const place: SandboxPlace = { scopeKey, settings: current, mounts };
      return {
        place,
        workdir: current.docker.workdir,
        root: mounts[0].outside,
        launch: (request) => launch(place, request),
      };
    },
    sweep: docker.sweep,
    async close() {
      cancelRound();
      await Promise.all(launches.values());
      await pruning;
    },
  };
}
