import type { CliContext } from './context.ts';
import { callGateway } from './gateway-call.ts';
import { resolveTarget } from './gateway-target.ts';
import { loadConfig } from './loaded-config.ts';
import { numberFlag } from './number-flag.ts';
import type { RpcFlags } from './tree/rpc-flags.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

/** One request to the gateway that the flags name. Throws GatewayCallError. */
export async function rpc(context: CliContext, flags: RpcFlags, method: string, params: unknown): Promise<unknown> {
  const target = resolveTarget(context, await loadConfig(context), flags);
  return callGateway(context, target, method, params, { timeoutMs: numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS) });
}
