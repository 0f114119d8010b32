import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

export interface RunningGateway {
  readonly url: string;
  end(): Promise<unknown>;
}

/** Starts the original's own gateway on a state directory and resolves when it listens. */
export async function startOriginal(
  executable: string,
  { home, stateDir }: { readonly home: string; readonly stateDir: string },
): Promise<RunningGateway> {
  const port = await freePort();
  const child = spawn(process.execPath, [executable, 'gateway', 'run', '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      OPENCLAW_STATE_DIR: stateDir,
      OPENCLAW_CONFIG_PATH: join(stateDir, 'openclaw.json'),
      OPENCLAW_SKIP_CHANNELS: '1',
      OPENCLAW_SKIP_BROWSER_CONTROL_SERVER: '1',
      OPENCLAW_SKIP_GMAIL_WATCHER: '1',
      OPENCLAW_DISABLE_BONJOUR: '1',
      OPENCLAW_NO_RESPAWN: '1',
      TZ: 'UTC',
    },
  });
  let printed = '';
  await new Promise<void>((ready, reject) => {
    const look = (text: Buffer): void => {
      printed += text;
      if (printed.includes('listening on ws')) ready();
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('exit', () => reject(new Error(`the original ended; it printed:\n${printed}`)));
  });
  const gone = once(child, 'exit');
  return {
    url: `ws://127.0.0.1:${port}`,
    end: () => {
      child.kill('SIGTERM');
      return gone;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
