/** What can be made to go wrong with one call, whatever the vendor. */
export type FaultEffect =
  /** An answer instead of the vendor's; nothing is done. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is cut: before anything is done, or after it was done but before the answer. */
  | { readonly kind: 'drop'; readonly when: 'before' | 'after' }
  /** Nothing more comes on a connection that stays open. */
  | { readonly kind: 'hang'; readonly when: 'before' | 'after' }
  /** The answer takes its time. */
  | { readonly kind: 'slow'; readonly ms: number };

export interface Fault {
  /** Names of calls; absent: every call. */
  readonly method?: RegExp;
  /** Part of the call's parameters as JSON. */
  readonly param?: string;
  /** How many calls it hits; default 1. */
  readonly times?: number;
  readonly effect: FaultEffect;
}

export interface FaultScript {
  add(...faults: readonly Fault[]): void;
  clear(): void;
  /** The fault that hits a call; it is used up by that. */
  take(method: string, params: unknown): FaultEffect | undefined;
}

export function createFaultScript(): FaultScript {
  let left: { readonly fault: Fault; uses: number }[] = [];
  return {
    add(...faults) {
      left.push(...faults.map((fault) => ({ fault, uses: fault.times ?? 1 })));
    },
    clear() {
      left = [];
    },
    take(method, params) {
      const text = JSON.stringify(params) ?? '';
      const hit = left.find(
        ({ fault, uses }) =>
          uses > 0 && (fault.method?.test(method) ?? true) && (fault.param === undefined || text.includes(fault.param)),
      );
      if (!hit) return undefined;
      hit.uses -= 1;
      return hit.fault.effect;
    },
  };
}
