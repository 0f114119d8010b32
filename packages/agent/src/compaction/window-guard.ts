const WARN_BELOW_TOKENS = 32_000;
const BLOCK_BELOW_TOKENS = 16_000;

/** Whether a context window is too small to work with (reference agent/models.md §8). An unknown window (0) is neither. */
export function windowGuard(tokens: number): { readonly shouldWarn: boolean; readonly shouldBlock: boolean } {
  return {
    shouldWarn: tokens > 0 && tokens < WARN_BELOW_TOKENS,
    shouldBlock: tokens > 0 && tokens < BLOCK_BELOW_TOKENS,
  };
}

/** What a person reads when a model cannot be used because its window is too small. */
export function windowTooSmallMessage(tokens: number): string {
  return `Model context window too small (${tokens} tokens). Minimum is ${BLOCK_BELOW_TOKENS}.`;
}
