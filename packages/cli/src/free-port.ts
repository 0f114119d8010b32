import { setTimeout as delay } from 'node:timers/promises';
import { type CliContext, CliFailure } from './context.ts';
import { portBusy } from './port-busy.ts';
import { type PortListener, portListeners } from './port-listeners.ts';

/** How long the process may take to end on its own, and the port to become free after that (reference cli/cli.md §5). */
const GRACE_MS = 700;
const FREE_WAIT_MS = 2_000;
const POLL_MS = 50;

function signal(listener: PortListener, name: NodeJS.Signals): void {
  try {
    process.kill(listener.pid, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliFailure([`--force cannot end process ${listener.pid} (${listener.command}): ${reason}`]);
  }
}

async function becomesFree(port: number, withinMs: number, now: () => number): Promise<boolean> {
  const deadline = now() + withinMs;
  while ((await portListeners(port)).length > 0) {
    if (now() >= deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** `gateway run --force`: ends whatever listens on the port, politely first. Throws CliFailure when it cannot. */
export async function freePort(context: CliContext, port: number): Promise<void> {
  const listeners = await portListeners(port);
  if (listeners.length === 0) {
    if (!(await portBusy(port))) return;
    throw new CliFailure([
      `--force cannot tell who listens on port ${port} (another user's process, or a system without /proc); end it yourself`,
    ]);
  }
  for (const listener of listeners) {
    context.output.errorLine(`--force: ending process ${listener.pid} (${listener.command}) on port ${port}`);
    signal(listener, 'SIGTERM');
  }
  if (await becomesFree(port, GRACE_MS, context.now)) return;
  for (const listener of await portListeners(port)) signal(listener, 'SIGKILL');
  if (await becomesFree(port, FREE_WAIT_MS, context.now)) return;
  throw new CliFailure([`--force: port ${port} is still in use after ${GRACE_MS + FREE_WAIT_MS} ms`]);
}
