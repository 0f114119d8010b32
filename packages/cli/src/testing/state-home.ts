import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface StateHome {
  readonly home: string;
  readonly stateDir: string;
  readonly configPath: string;
  /** A port that nothing listens on. */
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  writeConfig(config: unknown): Promise<void>;
  remove(): Promise<void>;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** A private home with an empty state directory and a port where no gateway is; for tests. */
export async function createStateHome(): Promise<StateHome> {
  const home = await mkdtemp(join(tmpdir(), 'chela-cli-'));
  const stateDir = join(home, '.openclaw');
  const configPath = join(stateDir, 'openclaw.json');
  const port = await freePort();
  await mkdir(stateDir, { mode: 0o700 });
  return {
    home,
    stateDir,
    configPath,
    port,
    env: { HOME: home, OPENCLAW_GATEWAY_PORT: String(port), OPENCLAW_GATEWAY_TOKEN: 'dummy' },
    writeConfig: (config) =>
      writeFile(configPath, typeof config === 'string' ? config : JSON.stringify(config), { mode: 0o600 }),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}
