import type { CliContext } from '../context.ts';
import { callGateway } from '../gateway-call.ts';
import { resolveTarget } from '../gateway-target.ts';
import type { LoadedConfig } from '../loaded-config.ts';

const TIMEOUT_MS = 60_000;

/** Asks the gateway this machine is set up for. */
export function askGateway(
  context: CliContext,
  loaded: LoadedConfig,
  method: string,
  params: unknown,
): Promise<unknown> {
  return callGateway(context, resolveTarget(context, loaded, {}), method, params, { timeoutMs: TIMEOUT_MS });
}

/** Whether a gateway has the say over the state: one that runs here, or one somewhere else. */
export async function hasGateway(context: CliContext, { current, paths }: LoadedConfig): Promise<boolean> {
  return current.gateway?.mode === 'remote' || (await context.runningGateway(paths.configPath)) !== undefined;
}
