import { randomUUID } from 'node:crypto';
import type { Clock, Metrics } from '@chela/observability';
import type { BudgetLimit, BudgetRepository, BudgetSpend } from '@chela/store';
import type { ModelRequest, Usage } from '../driver.ts';
import { formatTokens, formatUsd } from '../usage.ts';
import { brokenCost, reserveFor, settledCost, toDollars, toMicros } from './estimate.ts';
import { BUDGET_KINDS, type BudgetKind, type BudgetSetting, readBudgetSettings } from './settings.ts';

/** Stands before every model call (design rule 10): reserves before it, settles after it, refuses when a limit is reached. */
export interface BudgetGate {
  reserve(request: ModelRequest, agentId: string): Promise<Reservation | { readonly refusal: string }>;
  /** What the configured budgets of today, and of a session if one is named, have spent; empty when there are none. */
  report(agentIds: readonly string[], sessionId?: string): Promise<readonly BudgetReport[]>;
}

/** Money set aside for one call. The first of the methods counts, the others do nothing then. */
export interface Reservation {
  /** The call is finished and cost this. */
  settle(usage: Usage): Promise<void>;
  /** The provider refused: nothing was spent. */
  release(): Promise<void>;
  /** The call broke off after this many characters of answer. */
  breakOff(outputChars: number): Promise<void>;
}

export interface BudgetReport {
  readonly kind: BudgetKind;
  readonly scope: string;
  readonly spentUsd: number;
  readonly reservedUsd: number;
  readonly limitUsd: number | null;
  readonly spentTokens: number;
  readonly reservedTokens: number;
  readonly limitTokens: number | null;
}

type Settings = Readonly<Partial<Record<BudgetKind, BudgetSetting>>>;

interface ScopedLimit extends BudgetLimit {
  readonly kind: BudgetKind;
}

const NO_RESERVATION: Reservation = {
  settle: async () => undefined,
  release: async () => undefined,
  breakOff: async () => undefined,
};

/** The gate of a process that keeps no books: nothing is limited. */
export const OPEN_GATE: BudgetGate = { reserve: async () => NO_RESERVATION, report: async () => [] };

export function createBudgetGate(deps: {
  readonly config: { current(): unknown };
  readonly store: BudgetRepository;
  readonly clock: Clock;
  readonly metrics: Metrics;
}): BudgetGate {
  const { store, clock, metrics } = deps;
  const show = (spend: readonly BudgetSpend[]): void => {
    for (const { scope, spent } of spend) {
      const kind = scope.slice(0, scope.indexOf(':'));
      if (kind === 'agent' || kind === 'day')
        metrics.gauge('chela_budget_spent_usd', toDollars(spent.micros), { scope });
    }
  };
  return {
    async reserve(request, agentId) {
      const limits = limitsFor(readBudgetSettings(deps.config.current()), clock.now(), {
        run: request.runId,
        session: request.sessionId,
        agent: agentId,
      });
      if (limits.length === 0) return NO_RESERVATION;
      const id = randomUUID();
      const amount = reserveFor(request);
      const { refused } = await store.reserve({ id, limits, amount });
      if (refused !== undefined) {
        const limit = limits.find(({ scope }) => scope === refused.scope);
        metrics.count('chela_budget_refusals_total', { budget: limit?.kind ?? 'unknown' });
        return { refusal: refusalText(refused, limit) };
      }
      const scopes = limits.map(({ scope }) => scope);
      let isOpen = true;
      const once = async (close: () => Promise<boolean>): Promise<void> => {
        if (!isOpen) return;
        isOpen = false;
        await close();
        show(await store.spend(scopes));
      };
      return {
        settle: (usage) => once(() => store.settle(id, settledCost(usage))),
        release: () => once(() => store.release(id)),
        breakOff: (outputChars) => once(() => store.settle(id, brokenCost(request, outputChars))),
      };
    },
    async report(agentIds, session) {
      const settings = readBudgetSettings(deps.config.current());
      const limits = agentIds.flatMap((agent) => limitsFor(settings, clock.now(), { agent, session }));
      const unique = [...new Map(limits.map((limit) => [limit.scope, limit])).values()];
      const spends = await store.spend(unique.map(({ scope }) => scope));
      show(spends);
      return unique.map((limit, index) => reportOf(limit, spends[index]));
    },
  };
}

/** The limits that apply to a call; kinds whose id is not known do not. */
function limitsFor(
  settings: Settings,
  nowMs: number,
  ids: { readonly run?: string | undefined; readonly session?: string | undefined; readonly agent: string },
): readonly ScopedLimit[] {
  const day = dayOf(nowMs);
  const scopes: Readonly<Record<BudgetKind, string | undefined>> = {
    run: ids.run,
    session: ids.session,
    agent: `${ids.agent}:${day}`,
    day,
  };
  return BUDGET_KINDS.flatMap((kind) => {
    const setting = settings[kind];
    const id = scopes[kind];
    if (setting === undefined || id === undefined) return [];
    const micros = setting.usd === undefined ? undefined : toMicros(setting.usd);
    return [{ kind, scope: `${kind}:${id}`, micros, tokens: setting.tokens }];
  });
}

/** The calendar day of this machine, `2026-03-01`. */
function dayOf(nowMs: number): string {
  const date = new Date(nowMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const WHOSE: Readonly<Record<BudgetKind, string>> = {
  run: 'this run',
  session: 'this session',
  agent: 'this agent today',
  day: 'today',
};

/** What a person reads instead of an answer: which limit, how much is gone, what to do. */
function refusalText({ spent, reserved }: BudgetSpend, limit: ScopedLimit | undefined): string {
  if (limit === undefined) return 'A budget is used up.';
  const gone = { micros: spent.micros + reserved.micros, tokens: spent.tokens + reserved.tokens };
  const isMoney = limit.micros !== undefined && gone.micros >= limit.micros;
  const amounts = isMoney
    ? `${formatUsd(toDollars(gone.micros))} of ${formatUsd(toDollars(limit.micros))}`
    : `${formatTokens(gone.tokens)} of ${formatTokens(limit.tokens ?? 0)} tokens`;
  const key = `budgets.${limit.kind}.${isMoney ? 'usd' : 'tokens'}`;
  return `The budget for ${WHOSE[limit.kind]} is used up: ${amounts} (${key}). No model was asked. Raise the limit, or wait until it is free again.`;
}

function reportOf(limit: ScopedLimit, spend: BudgetSpend | undefined): BudgetReport {
  return {
    kind: limit.kind,
    scope: limit.scope,
    spentUsd: toDollars(spend?.spent.micros ?? 0),
    reservedUsd: toDollars(spend?.reserved.micros ?? 0),
    limitUsd: limit.micros === undefined ? null : toDollars(limit.micros),
    spentTokens: spend?.spent.tokens ?? 0,
    reservedTokens: spend?.reserved.tokens ?? 0,
    limitTokens: limit.tokens ?? null,
  };
}
