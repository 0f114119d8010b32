import { isDeepStrictEqual } from 'node:util';

type Policy = Readonly<Record<string, unknown>>;

/** One setting that differs; a side that does not name it is undefined. */
export interface PolicyChange {
  /** Dotted path. */
  readonly key: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What differs between two policies, setting by setting, in the order of their names. Lists are compared as a whole. */
export function diffPolicies(before: Policy, after: Policy, prefix = ''): readonly PolicyChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key): readonly PolicyChange[] => {
    const [old, fresh] = [before[key], after[key]];
    if (isDeepStrictEqual(old, fresh)) return [];
    if (isPolicy(old) && isPolicy(fresh)) return diffPolicies(old, fresh, `${prefix}${key}.`);
    return [
      {
        key: `${prefix}${key}`,
        ...(old !== undefined && { before: old }),
        ...(fresh !== undefined && { after: fresh }),
      },
    ];
  });
}

function isPolicy(value: unknown): value is Policy {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
