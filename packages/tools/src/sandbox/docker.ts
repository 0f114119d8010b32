import type { Clock, Logger } from '@chela/observability';
import { COMMAND_MARK } from '../exec/marked-processes.ts';
import type { ContainerEntry, ContainerList } from './container-list.ts';
import { createArguments, execArguments, mountArguments } from './docker-arguments.ts';
import { configHash, placeName } from './place-name.ts';
import type { ProgramAnswer, ProgramRunner } from './program.ts';
import type { SandboxBackend, SandboxPlace } from './sandbox.ts';
import { DEFAULT_IMAGE } from './settings.ts';

const BASE_IMAGE = 'debian:bookworm-slim';
const ANSWER_TIMEOUT_MS = 10_000;
const START_TIMEOUT_MS = 60_000;
const PULL_TIMEOUT_MS = 10 * 60_000;
const SETUP_TIMEOUT_MS = 10 * 60_000;
/** A container that was used this recently is not replaced for a changed configuration. */
const IN_USE_MS = 5 * 60_000;
const NAME_MAX_CHARS = 63;
/** Ends every process whose environment holds the mark. */
const SWEEP =
  'for entry in /proc/[0-9]*; do if tr "\\0" "\\n" < "$entry/environ" 2>/dev/null | grep -qxF "$0"; then kill -9 "$(basename "$entry")"; fi; done';

/** The docker engine as far as sandboxes need it. */
export interface Docker extends SandboxBackend {
  /** Whether a container runs. */
  isRunning(containerName: string): Promise<boolean>;
  /** Takes a container away with everything in it; one that is gone already is fine. */
  remove(containerName: string): Promise<void>;
  /** Ends everything in a container whose environment holds a command's mark. */
  sweep(containerName: string, mark: string): Promise<void>;
}

export interface DockerDeps {
  readonly run: ProgramRunner;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly containers: ContainerList;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Whether the docker CLI is there and its engine answers. */
export async function dockerAnswers(run: ProgramRunner): Promise<boolean> {
  const answer = await run('docker', ['version', '--format', '{{.Server.Version}}'], {
    timeoutMs: ANSWER_TIMEOUT_MS,
  }).catch(() => undefined);
  return answer?.code === 0;
}

/** Commands in containers of the docker engine (reference agent/tools.md §10). */
export function createDocker({ run, env, containers, clock, logger }: DockerDeps): Docker {
  const docker = (args: readonly string[], timeoutMs = START_TIMEOUT_MS): Promise<ProgramAnswer> =>
    run('docker', args, { timeoutMs });

  async function must(args: readonly string[], timeoutMs?: number): Promise<ProgramAnswer> {
    const answer = await docker(args, timeoutMs);
    if (answer.code !== 0) throw new Error(`docker ${args[0]} failed: ${answer.stderr.trim() || answer.code}`);
    return answer;
  }

  async function ensureImage(image: string): Promise<void> {
    if ((await docker(['image', 'inspect', image])).code === 0) return;
    if (image !== DEFAULT_IMAGE) throw new Error(`Sandbox image not found: ${image}. Build or pull it first.`);
    await must(['pull', BASE_IMAGE], PULL_TIMEOUT_MS);
    await must(['tag', BASE_IMAGE, DEFAULT_IMAGE]);
  }

  /** Whether it runs, and for which configuration it was made; undefined when there is none of that name. */
  async function inspect(name: string): Promise<{ readonly running: boolean; readonly hash: string } | undefined> {
    const format = '{{.State.Running}} {{index .Config.Labels "openclaw.configHash"}}';
    const answer = await docker(['inspect', '-f', format, name]);
    if (answer.code !== 0) return undefined;
    const [running, hash = ''] = answer.stdout.trim().split(' ');
    return { running: running === 'true', hash };
  }

  async function remove(name: string): Promise<void> {
    const answer = await docker(['rm', '-f', name]);
    if (answer.code !== 0 && !/no such container/i.test(answer.stderr)) {
      throw new Error(`docker rm failed: ${answer.stderr.trim()}`);
    }
  }

  async function create(place: SandboxPlace, entry: ContainerEntry): Promise<void> {
    const { docker: settings } = place.settings;
    await ensureImage(settings.image);
    const identity = {
      name: entry.containerName,
      scopeKey: place.scopeKey,
      createdAtMs: entry.createdAtMs,
      configHash: entry.configHash,
    };
    await must([...createArguments(identity, settings), ...mountArguments(settings, ownMounts(place))]);
    await must(['start', entry.containerName]);
    if (settings.setupCommand === undefined) return;
    // A container whose set-up failed must not be taken for a finished one.
    await must(['exec', '-i', entry.containerName, 'sh', '-lc', settings.setupCommand], SETUP_TIMEOUT_MS).catch(
      async (error: unknown) => {
        await remove(entry.containerName);
        throw error;
      },
    );
  }

  /** Makes sure that the container runs, and returns its name. */
  async function ensure(place: SandboxPlace): Promise<string> {
    const { docker: settings } = place.settings;
    const name = `${settings.containerPrefix}${placeName(place.scopeKey)}`.slice(0, NAME_MAX_CHARS);
    const hash = configHash(place);
    const now = clock.now();
    const known = (await containers.read()).find(({ containerName }) => containerName === name);
    let found = await inspect(name);
    if (found !== undefined && found.hash !== hash) {
      const isInUse = found.running && known !== undefined && now - known.lastUsedAtMs < IN_USE_MS;
      if (isInUse) {
        const hint =
          'a sandbox container in use keeps its older settings; `chela sandbox recreate` applies the new ones';
        logger.warn(hint, { containerName: name, scopeKey: place.scopeKey });
      } else {
        await remove(name);
        found = undefined;
      }
    }
    const entry: ContainerEntry = {
      containerName: name,
      sessionKey: place.scopeKey,
      createdAtMs: found === undefined ? now : (known?.createdAtMs ?? now),
      lastUsedAtMs: now,
      image: settings.image,
      configHash: found?.hash ?? hash,
    };
    if (found === undefined) await create(place, entry);
    else if (!found.running) await must(['start', name]);
    await containers.put(entry);
    return name;
  }

  async function sweep(container: string, mark: string): Promise<void> {
    await docker(['exec', container, 'sh', '-c', SWEEP, `${COMMAND_MARK}=${mark}`]);
  }

  return {
    name: 'docker',
    remove,
    sweep,
    isRunning: async (name) => (await inspect(name))?.running === true,
    async launch(place, request) {
      const container = await ensure(place);
      const { workdir } = place.settings.docker;
      const args = execArguments({
        container,
        command: request.command,
        workdir: request.workdir,
        env: { HOME: workdir, ...request.env, [COMMAND_MARK]: request.mark },
        terminal: request.terminal,
      });
      const outer = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined);
      return {
        program: { file: 'docker', args },
        cwd: '/',
        env: Object.fromEntries(outer),
        // The engine goes on with a command whose client was ended.
        sweep: () => sweep(container, request.mark),
        container,
      };
    },
  };
}

/** The binds stand among the arguments of the container already. */
function ownMounts(place: SandboxPlace): SandboxPlace['mounts'] {
  return place.mounts.filter(({ isBind }) => !isBind);
}
