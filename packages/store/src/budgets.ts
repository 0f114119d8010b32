/** Amounts that budgets count. `micros` are millionths of a US dollar. */
export interface BudgetAmount {
  readonly micros: number;
  readonly tokens: number;
}

/** A limit on one scope, e.g. `day:2026-03-01`; a member that is undefined is not limited. */
export interface BudgetLimit {
  readonly scope: string;
  readonly micros: number | undefined;
  readonly tokens: number | undefined;
}

/** What a scope has spent, and what calls under way have reserved. */
export interface BudgetSpend {
  readonly scope: string;
  readonly spent: BudgetAmount;
  readonly reserved: BudgetAmount;
}

/**
 * Money that model calls may spend. A reservation is a row from before the call until it is settled or released; one
 * that a dead process left is released when the next one takes the store.
 */
export interface BudgetRepository {
  /**
   * Reserves `amount` in every scope, or nothing at all: a scope whose spent and reserved amounts have reached its limit
   * refuses and is returned. One call may therefore pass a limit by at most its own reserve.
   */
  reserve(input: {
    readonly id: string;
    readonly limits: readonly BudgetLimit[];
    readonly amount: BudgetAmount;
  }): Promise<{ readonly refused?: BudgetSpend }>;
  /** Turns a reservation into what the call really cost; false when there is none (any more). */
  settle(id: string, amount: BudgetAmount): Promise<boolean>;
  /** Gives a reservation back; false when there is none (any more). */
  release(id: string): Promise<boolean>;
  spend(scopes: readonly string[]): Promise<readonly BudgetSpend[]>;
  /** Releases what dead processes reserved and forgets scopes nobody counts any more; returns the released reservations. */
  recover(): Promise<number>;
}
