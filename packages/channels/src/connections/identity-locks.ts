/** Who uses which credential: two connections with one would take each other's messages. */
export interface IdentityLocks {
  /** The holder when somebody else has it; undefined when it is now the caller's. */
  take(identity: string, holder: string): string | undefined;
  /** Returns those who wanted it in the meantime. */
  release(identity: string, holder: string): readonly string[];
}

export function createIdentityLocks(): IdentityLocks {
  const held = new Map<string, { readonly holder: string; readonly refused: Set<string> }>();
  return {
    take(identity, holder) {
      const lock = held.get(identity);
      if (lock === undefined || lock.holder === holder) {
        held.set(identity, { holder, refused: lock?.refused ?? new Set() });
        return undefined;
      }
      lock.refused.add(holder);
      return lock.holder;
    },
    release(identity, holder) {
      const lock = held.get(identity);
      if (lock?.holder !== holder) return [];
      held.delete(identity);
      return [...lock.refused];
    },
  };
}
