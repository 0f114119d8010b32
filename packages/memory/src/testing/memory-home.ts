import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Config, resolveStatePaths } from '@chela/config';
import { type Clock, silentLogger, systemClock } from '@chela/observability';
import { createMemoryService, type MemoryService } from '../create-memory-service.ts';
import type { SessionTalks } from '../talks.ts';

/** A scratch home with a workspace and the memory service over it. */
export interface MemoryHome {
  readonly dir: string;
  readonly workspace: string;
  readonly indexPath: string;
  write(path: string, text: string): Promise<void>;
  service(
    memorySearch?: object,
    options?: { watch?: boolean; config?: Config; clock?: Clock; talks?: SessionTalks },
  ): MemoryService;
  remove(): Promise<void>;
}

/** Time that passes at once: pauses between tries take none. */
export const hastyClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, task) => systemClock.after(delayMs < 2_000 ? 0 : delayMs, task),
};

export async function createMemoryHome(): Promise<MemoryHome> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'chela-memory-')));
  const workspace = join(dir, 'ws');
  await mkdir(workspace, { recursive: true });
  const stateDir = join(dir, '.openclaw');
  const paths = resolveStatePaths({ HOME: dir, OPENCLAW_STATE_DIR: stateDir });
  const services: MemoryService[] = [];
  return {
    dir,
    workspace,
    indexPath: join(stateDir, 'memory', 'main.sqlite'),
    async write(path, text) {
      const file = join(workspace, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    },
    service(memorySearch = {}, { watch = false, config = {}, clock = hastyClock, talks } = {}) {
      const service = createMemoryService({
        config: () => ({ ...config, agents: { defaults: { workspace, memorySearch } } }),
        paths,
        keys: {
          credentials: async () => [],
          missing: (provider) => `No API key found for provider "${provider}".`,
        },
        clock,
        logger: silentLogger(),
        watch,
        ...(talks && { talks }),
      });
      services.push(service);
      return service;
    },
    async remove() {
      await Promise.all(services.map((service) => service.close()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}
