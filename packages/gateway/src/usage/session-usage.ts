import type { DaySums, MessageSums, ModelSums } from '@chela/store';
import { addTotals, allTokens, type Prices, pricedTotals, sumTotals, type UsageTotals } from './totals.ts';

/** What one transcript used in a stretch of days (reference protocol/methods.json sessions.usage). Pure. */

export interface MessageCounts {
  readonly total: number;
  readonly user: number;
  readonly assistant: number;
  readonly toolCalls: number;
  readonly toolResults: number;
  readonly errors: number;
}

export interface Latency {
  readonly count: number;
  readonly avgMs: number;
  readonly p95Ms: number;
  readonly minMs: number;
  readonly maxMs: number;
}

export interface ToolUsage {
  readonly totalCalls: number;
  readonly uniqueTools: number;
  readonly tools: readonly { readonly name: string; readonly count: number }[];
}

export interface ModelUsage {
  readonly provider?: string;
  readonly model?: string;
  readonly count: number;
  readonly totals: UsageTotals;
}

/** Days and models with calls; a day appears in a list only when it has something to show there. */
export interface SessionUsage extends UsageTotals {
  readonly sessionId: string;
  readonly sessionFile?: string;
  readonly firstActivity?: number;
  readonly lastActivity?: number;
  readonly durationMs?: number;
  readonly activityDates: readonly string[];
  readonly dailyBreakdown: readonly { readonly date: string; readonly tokens: number; readonly cost: number }[];
  readonly dailyMessageCounts: readonly (MessageCounts & { readonly date: string })[];
  readonly dailyLatency?: readonly (Latency & { readonly date: string })[];
  readonly dailyModelUsage?: readonly DailyModelUsage[];
  readonly messageCounts: MessageCounts;
  readonly toolUsage?: ToolUsage;
  readonly modelUsage?: readonly ModelUsage[];
  readonly latency?: Latency;
}

export interface DailyModelUsage {
  readonly date: string;
  readonly provider?: string;
  readonly model?: string;
  readonly tokens: number;
  readonly cost: number;
  readonly count: number;
}

export const NO_MESSAGES: MessageCounts = {
  total: 0,
  user: 0,
  assistant: 0,
  toolCalls: 0,
  toolResults: 0,
  errors: 0,
};

const P95 = 0.95;

export function sessionUsage(
  transcript: { readonly sessionId: string; readonly file: string | undefined },
  days: readonly DaySums[],
  prices: Prices,
): SessionUsage {
  const priced = days.map(({ day, models }) => ({ day, models: pricedModels(models, prices) }));
  const withModels = priced.filter(({ models }) => models.length > 0);
  const models = byModel(priced.flatMap(({ models }) => models.filter(isNamed)));
  const latencies = days.flatMap(({ messages }) => messages.latenciesMs);
  const daily = days.flatMap(({ day, messages }) => {
    const summary = latencyOf(messages.latenciesMs);
    return summary === undefined ? [] : [{ date: day, ...summary }];
  });
  const dailyModels = withModels.flatMap(({ day, models }) =>
    byCost(models.filter(isNamed)).map((usage) => dailyModel(day, usage)),
  );
  const latency = latencyOf(latencies);
  const tools = toolUsage(days.map(({ messages }) => messages.tools));
  return {
    sessionId: transcript.sessionId,
    ...(transcript.file !== undefined && { sessionFile: transcript.file }),
    ...activity(days.map(({ messages }) => messages)),
    activityDates: days.map(({ day }) => day),
    dailyBreakdown: withModels.map(({ day, models }) => breakdown(day, models)),
    dailyMessageCounts: days.map(({ day, messages }) => ({ date: day, ...messageCounts(messages) })),
    ...(daily.length > 0 && { dailyLatency: daily }),
    ...(dailyModels.length > 0 && { dailyModelUsage: dailyModels }),
    messageCounts: sumMessages(days.map(({ messages }) => messageCounts(messages))),
    ...(tools.totalCalls > 0 && { toolUsage: tools }),
    ...(models.length > 0 && { modelUsage: models }),
    ...(latency !== undefined && { latency }),
    ...sumTotals(priced.flatMap((day) => day.models).map(({ totals }) => totals)),
  };
}

function pricedModels(models: readonly ModelSums[], prices: Prices): readonly ModelUsage[] {
  return models.map((sums) => ({
    ...(sums.provider !== '' && { provider: sums.provider }),
    ...(sums.model !== '' && { model: sums.model }),
    count: sums.calls,
    totals: pricedTotals(sums, prices),
  }));
}

/** Calls that say no model count in sums only. */
const isNamed = ({ provider, model }: ModelUsage): boolean => provider !== undefined || model !== undefined;

/** Adds up entries of the same model, the dearest first. */
export function byModel(usages: readonly ModelUsage[]): readonly ModelUsage[] {
  const sums = new Map<string, ModelUsage>();
  for (const usage of usages) {
    const key = `${usage.provider ?? ''}\n${usage.model ?? ''}`;
    const known = sums.get(key);
    sums.set(key, known === undefined ? usage : addUsage(known, usage));
  }
  return byCost([...sums.values()]);
}

export function addUsage<Usage extends { readonly count: number; readonly totals: UsageTotals }>(
  a: Usage,
  b: Usage,
): Usage {
  return { ...a, count: a.count + b.count, totals: addTotals(a.totals, b.totals) };
}

export function byCost<Usage extends { readonly totals: UsageTotals }>(usages: readonly Usage[]): readonly Usage[] {
  return usages.toSorted(
    (a, b) => b.totals.totalCost - a.totals.totalCost || b.totals.totalTokens - a.totals.totalTokens,
  );
}

function dailyModel(date: string, { provider, model, count, totals }: ModelUsage): DailyModelUsage {
  return {
    date,
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
    tokens: allTokens(totals),
    cost: totals.totalCost,
    count,
  };
}

function breakdown(date: string, models: readonly ModelUsage[]): SessionUsage['dailyBreakdown'][number] {
  const totals = sumTotals(models.map((model) => model.totals));
  return { date, tokens: allTokens(totals), cost: totals.totalCost };
}

function messageCounts({ user, assistant, toolCalls, toolResults, errors }: MessageSums): MessageCounts {
  return { total: user + assistant, user, assistant, toolCalls, toolResults, errors };
}

export function sumMessages(all: readonly MessageCounts[]): MessageCounts {
  return all.reduce(
    (sum, counts) => ({
      total: sum.total + counts.total,
      user: sum.user + counts.user,
      assistant: sum.assistant + counts.assistant,
      toolCalls: sum.toolCalls + counts.toolCalls,
      toolResults: sum.toolResults + counts.toolResults,
      errors: sum.errors + counts.errors,
    }),
    NO_MESSAGES,
  );
}

/** Tools by how often they were called. */
export function toolUsage(all: readonly Readonly<Record<string, number>>[]): ToolUsage {
  const calls = new Map<string, number>();
  for (const tools of all) {
    for (const [name, count] of Object.entries(tools)) calls.set(name, (calls.get(name) ?? 0) + count);
  }
  const tools = [...calls].map(([name, count]) => ({ name, count })).toSorted((a, b) => b.count - a.count);
  return { totalCalls: tools.reduce((sum, { count }) => sum + count, 0), uniqueTools: tools.length, tools };
}

function latencyOf(latenciesMs: readonly number[]): Latency | undefined {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const [minMs] = sorted;
  const maxMs = sorted.at(-1);
  const p95Ms = sorted[Math.ceil(sorted.length * P95) - 1];
  if (minMs === undefined || maxMs === undefined || p95Ms === undefined) return undefined;
  const sum = sorted.reduce((total, ms) => total + ms, 0);
  return { count: sorted.length, avgMs: sum / sorted.length, p95Ms, minMs, maxMs };
}

function activity(
  messages: readonly MessageSums[],
): Pick<SessionUsage, 'firstActivity' | 'lastActivity' | 'durationMs'> {
  if (messages.length === 0) return {};
  const firstActivity = Math.min(...messages.map(({ firstAt }) => firstAt));
  const lastActivity = Math.max(...messages.map(({ lastAt }) => lastAt));
  return { firstActivity, lastActivity, durationMs: lastActivity - firstActivity };
}
