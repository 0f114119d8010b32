import { finiteNumber, objectOf } from '../json-shape.ts';

/** What a budget is counted by. `agent` and `day` count a calendar day of this machine. */
export const BUDGET_KINDS = ['run', 'session', 'agent', 'day'] as const;
export type BudgetKind = (typeof BUDGET_KINDS)[number];

/** Limits of one kind; a member that is undefined does not limit. */
export interface BudgetSetting {
  readonly usd: number | undefined;
  readonly tokens: number | undefined;
}

/** Reads `budgets` of the configuration; kinds without a limit are left out, so an empty record means that budgets are off. */
export function readBudgetSettings(config: unknown): Readonly<Partial<Record<BudgetKind, BudgetSetting>>> {
  const section = objectOf(objectOf(config).budgets);
  return Object.fromEntries(
    BUDGET_KINDS.flatMap((kind) => {
      const limit = objectOf(section[kind]);
      const setting = { usd: finiteNumber(limit.usd), tokens: finiteNumber(limit.tokens) };
      return setting.usd === undefined && setting.tokens === undefined ? [] : [[kind, setting] as const];
    }),
  );
}
