const DEFAULT_TIMEOUT_MS = 600_000;
/** Stands for no limit; also the longest a timer can wait. */
export const NO_TIMEOUT_MS = 2_147_000_000;

/** Milliseconds a turn may take. A negative override means the default, 0 no limit. */
export function agentTimeoutMs(input: {
  readonly overrideMs?: number | undefined;
  readonly configuredSeconds?: number | undefined;
  readonly minMs?: number | undefined;
}): number {
  const { overrideMs, configuredSeconds } = input;
  const minMs = Math.max(1, input.minMs ?? 1);
  const clamp = (ms: number): number => Math.min(NO_TIMEOUT_MS, Math.max(minMs, ms));
  const seconds =
    configuredSeconds !== undefined && Number.isFinite(configuredSeconds) ? Math.floor(configuredSeconds) : undefined;
  const fallback = clamp(seconds === undefined ? DEFAULT_TIMEOUT_MS : Math.max(1, seconds) * 1000);
  if (overrideMs === undefined || !Number.isFinite(overrideMs) || overrideMs < 0) return fallback;
  return overrideMs === 0 ? NO_TIMEOUT_MS : clamp(overrideMs);
}
