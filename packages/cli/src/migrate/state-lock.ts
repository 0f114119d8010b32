import type { StatePaths } from '@chela/config';
import { type CliContext, CliFailure } from '../context.ts';

/**
 * Does work that needs the state to itself: refuses while a gateway uses it, in words that say what to do, and keeps one
 * from starting meanwhile.
 */
export async function withStateLocked<T>(
  context: CliContext,
  paths: StatePaths,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const running = await context.runningGateway(paths.configPath);
  if (running !== undefined) {
    throw new CliFailure([
      `${what} needs the state to itself, but a gateway (process ${running.pid}) runs on ${paths.stateDir}.`,
      'Stop it, then run this again.',
    ]);
  }
  const release = await context.lockState(paths.configPath);
  try {
    return await work();
  } finally {
    await release();
  }
}
