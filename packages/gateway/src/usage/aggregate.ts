import {
  addUsage,
  byCost,
  byModel,
  type DailyModelUsage,
  type Latency,
  type ModelUsage,
  type SessionUsage,
  sumMessages,
  toolUsage,
} from './session-usage.ts';
import { addTotals, sumTotals, type UsageTotals } from './totals.ts';

/** What several sessions used together (reference protocol/methods.json sessions.usage `aggregates`). Pure. */

export interface UsedSession {
  readonly agentId: string;
  readonly channel?: string;
  readonly usage: SessionUsage;
}

export function aggregate(sessions: readonly UsedSession[]): Readonly<Record<string, unknown>> {
  const usages = sessions.map(({ usage }) => usage);
  const models = byModel(usages.flatMap(({ modelUsage }) => modelUsage ?? []));
  const latency = joined(usages.flatMap(({ latency }) => latency ?? []));
  const named = usages.map(({ toolUsage }) => toolUsage?.tools ?? []);
  return {
    messages: sumMessages(usages.map(({ messageCounts }) => messageCounts)),
    tools: toolUsage(named.map((tools) => Object.fromEntries(tools.map(({ name, count }) => [name, count])))),
    byModel: models,
    byProvider: byProvider(models),
    byAgent: grouped(sessions, ({ agentId }) => agentId).map(([agentId, totals]) => ({ agentId, totals })),
    byChannel: grouped(sessions, ({ channel }) => channel).map(([channel, totals]) => ({ channel, totals })),
    ...(latency !== undefined && { latency }),
    dailyLatency: perDay(usages.flatMap(({ dailyLatency }) => dailyLatency ?? [])).flatMap(([date, latencies]) => {
      const day = joined(latencies);
      return day === undefined ? [] : [{ date, ...day }];
    }),
    modelDaily: modelDaily(usages.flatMap(({ dailyModelUsage }) => dailyModelUsage ?? [])),
    daily: daily(usages),
  };
}

function byProvider(models: readonly ModelUsage[]): readonly Omit<ModelUsage, 'model'>[] {
  const sums = new Map<string | undefined, Omit<ModelUsage, 'model'>>();
  for (const { provider, count, totals } of models) {
    const usage = { ...(provider !== undefined && { provider }), count, totals };
    const known = sums.get(provider);
    sums.set(provider, known === undefined ? usage : addUsage(known, usage));
  }
  return byCost([...sums.values()]);
}

function grouped(
  sessions: readonly UsedSession[],
  nameOf: (session: UsedSession) => string | undefined,
): readonly (readonly [string, UsageTotals])[] {
  const sums = new Map<string, UsageTotals>();
  for (const session of sessions) {
    const name = nameOf(session);
    if (name === undefined) continue;
    sums.set(name, addTotals(sums.get(name) ?? sumTotals([]), session.usage));
  }
  return [...sums].toSorted(([, a], [, b]) => b.totalCost - a.totalCost);
}

/** The worst 95th percentile stands for all: percentiles cannot be added. */
function joined(latencies: readonly Latency[]): Latency | undefined {
  if (latencies.length === 0) return undefined;
  const count = latencies.reduce((sum, latency) => sum + latency.count, 0);
  return {
    count,
    avgMs: latencies.reduce((sum, latency) => sum + latency.avgMs * latency.count, 0) / count,
    minMs: Math.min(...latencies.map(({ minMs }) => minMs)),
    maxMs: Math.max(...latencies.map(({ maxMs }) => maxMs)),
    p95Ms: Math.max(...latencies.map(({ p95Ms }) => p95Ms)),
  };
}

function perDay<Dated extends { readonly date: string }>(
  all: readonly Dated[],
): readonly (readonly [string, readonly Dated[]])[] {
  return [...Map.groupBy(all, ({ date }) => date)].toSorted(([a], [b]) => a.localeCompare(b));
}

function modelDaily(all: readonly DailyModelUsage[]): readonly DailyModelUsage[] {
  return perDay(all).flatMap(([, usages]) => {
    const sums = Map.groupBy(usages, ({ provider, model }) => `${provider ?? ''}\n${model ?? ''}`);
    return [...sums.values()].flatMap(sumDaily).toSorted((a, b) => b.cost - a.cost);
  });
}

function sumDaily([first, ...others]: readonly DailyModelUsage[]): readonly DailyModelUsage[] {
  if (first === undefined) return [];
  const add = (a: DailyModelUsage, b: DailyModelUsage): DailyModelUsage => ({
    ...a,
    tokens: a.tokens + b.tokens,
    cost: a.cost + b.cost,
    count: a.count + b.count,
  });
  return [others.reduce(add, first)];
}

function daily(usages: readonly SessionUsage[]): readonly Readonly<Record<string, unknown>>[] {
  const breakdowns = new Map(perDay(usages.flatMap(({ dailyBreakdown }) => dailyBreakdown)));
  return perDay(usages.flatMap(({ dailyMessageCounts }) => dailyMessageCounts)).map(([date, counts]) => {
    const { total, toolCalls, errors } = sumMessages(counts);
    const used = breakdowns.get(date) ?? [];
    return {
      date,
      tokens: used.reduce((sum, { tokens }) => sum + tokens, 0),
      cost: used.reduce((sum, { cost }) => sum + cost, 0),
      messages: total,
      toolCalls,
      errors,
    };
  });
}
