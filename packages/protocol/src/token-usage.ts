/** Token counts as some runtime reported them; members it did not report are absent. */
export interface ReportedUsage {
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly total?: number;
}

const NAMES = {
  input: ['input', 'inputTokens', 'input_tokens', 'promptTokens', 'prompt_tokens'],
  output: ['output', 'outputTokens', 'output_tokens', 'completionTokens', 'completion_tokens'],
  cacheRead: ['cacheRead', 'cache_read', 'cache_read_input_tokens'],
  cacheWrite: ['cacheWrite', 'cache_write', 'cache_creation_input_tokens'],
  total: ['total', 'totalTokens', 'total_tokens'],
} as const;

/** Reads token counts under any of their usual names; undefined when there are none (reference agent/models.md §12). */
export function normalizeUsage(raw: unknown): ReportedUsage | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const found = Object.entries(NAMES).flatMap(([field, names]) => {
    const value = names.map((name): unknown => Reflect.get(raw, name)).find(isFiniteNumber);
    return value === undefined ? [] : [[field, value] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
