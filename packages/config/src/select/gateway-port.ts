import { type Env, firstSet } from '../env.ts';
import type { Config } from '../types.ts';

export const DEFAULT_GATEWAY_PORT = 18_789;

/** The port to listen on or to call: environment, then `gateway.port`, then 18789 (reference config/config.md §12). */
export function gatewayPort(config: Config, env: Readonly<Env>): number {
  const named = firstSet(env, 'OPENCLAW_GATEWAY_PORT', 'CLAWDBOT_GATEWAY_PORT');
  const fromEnv = named === undefined ? Number.NaN : Number.parseInt(named, 10);
  if (isPort(fromEnv)) return fromEnv;
  const fromConfig = config.gateway?.port;
  return fromConfig !== undefined && isPort(fromConfig) ? fromConfig : DEFAULT_GATEWAY_PORT;
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= 65_535;
}
