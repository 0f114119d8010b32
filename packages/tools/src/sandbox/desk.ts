import type { Config } from '@chela/config';
import { type Clock, silentLogger } from '@chela/observability';
import { BUBBLEWRAP_IMAGE, type ContainerEntry, createContainerList } from './container-list.ts';
import { createDocker } from './docker.ts';
import { createProgramRunner } from './program.ts';
import { sandboxSettings } from './settings.ts';

/** A sandbox that was set up, and how it is. */
export interface SandboxState extends ContainerEntry {
  /** Whether its container runs; bubblewrap has none and is always ready. */
  readonly running: boolean;
  /** Whether it was made from the image that is configured now. */
  readonly imageMatch: boolean;
}

/** Looks after the sandboxes of a state directory from outside of the gateway. */
export interface SandboxDesk {
  list(): Promise<readonly SandboxState[]>;
  /** Takes a sandbox away; the next command makes it anew. Its workspace stays. */
  remove(entry: ContainerEntry): Promise<void>;
}

/** The agent whose sandbox a scope's key names; undefined for the one that all share. */
function agentOf(scopeKey: string): string | undefined {
  return /^agent:([^:]+)/.exec(scopeKey)?.[1];
}

export function createSandboxDesk(deps: {
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDir: string;
  readonly clock: Clock;
}): SandboxDesk {
  const { config, env, stateDir, clock } = deps;
  const containers = createContainerList(stateDir);
  const run = createProgramRunner(env);
  const docker = createDocker({ run, env, containers, clock, logger: silentLogger('sandbox') });

  async function stateOf(entry: ContainerEntry): Promise<SandboxState> {
    if (entry.image === BUBBLEWRAP_IMAGE) return { ...entry, running: true, imageMatch: true };
    const running = await docker.isRunning(entry.containerName).catch(() => false);
    const { image } = sandboxSettings(config, agentOf(entry.sessionKey) ?? '').docker;
    return { ...entry, running, imageMatch: image === entry.image };
  }

  return {
    list: async () => Promise.all((await containers.read()).map(stateOf)),
    async remove(entry) {
      if (entry.image !== BUBBLEWRAP_IMAGE) await docker.remove(entry.containerName);
      await containers.remove(entry.containerName);
    },
  };
}
