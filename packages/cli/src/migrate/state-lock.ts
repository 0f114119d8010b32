import type { StatePaths } from '@chela/config';
import { type CliContext, CliFailure } from '../context.ts';

/** Refuses work on state that a gateway uses, in words that say what to do. */
export async function requireNoGateway(context: CliContext, paths: StatePaths, what: string): Promise<void> {
  const running = await context.runningGateway(paths.configPath);
  if (running === undefined) return;
  throw new CliFailure([
    `${what} needs the state to itself, but a gateway (process ${running.pid}) runs on ${paths.stateDir}.`,
    'Stop it, then run this again.',
  ]);
}
