/** Whether memories should be written down before a compaction is due (reference agent/sessions.md §14.3). Pure. */
export function memoryFlushDue(input: {
  readonly entry?: {
    readonly totalTokens?: number | undefined;
    readonly compactionCount?: number | undefined;
    readonly memoryFlushCompactionCount?: number | undefined;
  };
  readonly contextWindowTokens: number;
  readonly reserveTokensFloor: number;
  readonly softThresholdTokens: number;
}): boolean {
  const total = input.entry?.totalTokens ?? 0;
  const threshold = input.contextWindowTokens - input.reserveTokensFloor - input.softThresholdTokens;
  if (total <= 0 || threshold <= 0 || total < threshold) return false;
  // Once a compaction cycle.
  return input.entry?.memoryFlushCompactionCount !== (input.entry?.compactionCount ?? 0);
}
