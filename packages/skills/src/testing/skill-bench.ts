import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Config } from '@chela/config';
import { type Logger, silentLogger, systemClock } from '@chela/observability';
import { createSkillService, type SkillServiceDeps } from '../create-service.ts';
import type { SkillService } from '../service.ts';
import type { SkillStatus } from '../status/skill-status.ts';

/** A skill service over a home of its own, for tests. */
export interface SkillBench extends AsyncDisposable {
  readonly home: string;
  readonly workspace: string;
  readonly stateDir: string;
  readonly service: SkillService;
  /** Lines that were logged as warnings, with their fields. */
  readonly warnings: readonly { readonly message: string; readonly path: unknown; readonly problem: unknown }[];
  setConfig(next: Config): void;
  /** Writes a file; the path is relative to the home. */
  write(path: string, text: string, mode?: number): Promise<void>;
  /** Writes `<dir>/SKILL.md`; the folder is relative to the home. */
  skill(dir: string, head: string): Promise<void>;
  /** The status of the skill with this name, looked up now. */
  status(name: string, agentId?: string): Promise<SkillStatus | undefined>;
}

export async function openSkillBench(
  options: { readonly config?: Config; readonly deps?: Partial<SkillServiceDeps> } = {},
): Promise<SkillBench> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'chela-skills-')));
  const stateDir = join(home, '.openclaw');
  const workspace = join(home, 'ws');
  await mkdir(stateDir);
  const listeners = new Set<() => void>();
  const withWorkspace = (next: Config): Config => ({
    ...next,
    agents: { ...next.agents, defaults: { workspace, ...next.agents?.defaults } },
  });
  let current = withWorkspace(options.config ?? {});
  const warnings: { message: string; path: unknown; problem: unknown }[] = [];
  const logger: Logger = {
    ...silentLogger(),
    warn: (message, fields) => warnings.push({ message, path: fields?.path, problem: fields?.problem }),
  };
  const service = createSkillService({
    config: {
      current: () => current,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    paths: { homeDir: home, stateDir, configPath: join(stateDir, 'openclaw.json') },
    env: { HOME: home, PATH: `${join(home, 'bin')}:/usr/bin:/bin`, OPENCLAW_BUNDLED_SKILLS_DIR: join(home, 'bundled') },
    clock: systemClock,
    logger,
    watch: false,
    ...options.deps,
  });
  const write: SkillBench['write'] = async (path, text, mode = 0o644) => {
    const file = join(home, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode });
  };
  return {
    home,
    workspace,
    stateDir,
    service,
    warnings,
    setConfig(next) {
      current = withWorkspace(next);
      for (const listener of listeners) listener();
    },
    write,
    skill: (dir, head) => write(join(dir, 'SKILL.md'), `---\n${head.trim()}\n---\n# Do it\n`),
    status: async (name, agentId = 'main') => (await service.status(agentId)).skills.find((row) => row.name === name),
    async [Symbol.asyncDispose]() {
      await service.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
