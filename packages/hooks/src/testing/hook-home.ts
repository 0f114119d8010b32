import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ConfigService, createConfigService } from '@chela/config';
import { silentLogger } from '@chela/observability';

/** A state directory with a workspace and a configuration that can change. */
export interface HookHome {
  readonly home: string;
  readonly stateDir: string;
  readonly workspaceDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly config: ConfigService;
  /** Writes `hooks.internal` and waits until it is in force. */
  configure(internal: Readonly<Record<string, unknown>>): Promise<void>;
  /** A hook under a root; `metadata` is its `metadata.openclaw`. Returns its folder. */
  hook(root: string, name: string, metadata: Readonly<Record<string, unknown>>, handler?: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  close(): Promise<void>;
}

export async function createHookHome(internal: Readonly<Record<string, unknown>> = {}): Promise<HookHome> {
  const home = await mkdtemp(join(tmpdir(), 'chela-hooks-'));
  const stateDir = join(home, '.openclaw');
  const workspaceDir = join(home, 'ws');
  const configPath = join(stateDir, 'openclaw.json');
  const env = { HOME: home, OPENCLAW_STATE_DIR: stateDir, PATH: process.env.PATH ?? '' };
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };
  const writeConfig = (section: Readonly<Record<string, unknown>>): Promise<void> =>
    write(
      configPath,
      JSON.stringify({ agents: { defaults: { workspace: workspaceDir } }, hooks: { internal: section } }),
    );
  await writeConfig(internal);
  await mkdir(workspaceDir, { recursive: true });
  const config = await createConfigService({ env, logger: silentLogger('test'), watch: false });
  return {
    home,
    stateDir,
    workspaceDir,
    env,
    config,
    async configure(section) {
      await writeConfig(section);
      await config.reload();
    },
    async hook(root, name, metadata, handler) {
      const dir = join(root, name);
      const head = JSON.stringify({ name, description: `does ${name}`, metadata: { openclaw: metadata } });
      await write(join(dir, 'HOOK.md'), `---\n${head}\n---\n`);
      if (handler !== undefined) await write(join(dir, 'handler.js'), handler);
      return dir;
    },
    write,
    async close() {
      await config.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
