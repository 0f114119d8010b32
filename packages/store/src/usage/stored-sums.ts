import { isRecord, UnexpectedColumnError } from '../database/columns.ts';
import type { DaySums, MessageSums, ModelSums, TokenCounts } from '../usage.ts';

/** The border between the JSON in `usage_…` rows and typed sums. A body we did not write is refused. */

export function storedDay(day: string, value: unknown): DaySums {
  if (!isRecord(value) || !isRecord(value.messages)) throw new UnexpectedColumnError('a usage day holds no sums');
  return { day, messages: storedMessages(value.messages), models: storedModels(value.models) };
}

export function storedModels(value: unknown): readonly ModelSums[] {
  if (!Array.isArray(value)) throw new UnexpectedColumnError('a usage row holds no models');
  return value.filter(isRecord).map((model) => ({
    provider: String(model.provider),
    model: String(model.model),
    calls: Number(model.calls),
    tokens: storedTokens(model.tokens),
    totalTokens: Number(model.totalTokens),
    cost: { ...storedTokens(model.cost), total: member(model.cost, 'total') },
    unpriced: { ...storedTokens(model.unpriced), calls: member(model.unpriced, 'calls') },
  }));
}

function storedMessages(value: Readonly<Record<string, unknown>>): MessageSums {
  const tools = isRecord(value.tools) ? value.tools : {};
  return {
    user: Number(value.user),
    assistant: Number(value.assistant),
    toolCalls: Number(value.toolCalls),
    toolResults: Number(value.toolResults),
    errors: Number(value.errors),
    firstAt: Number(value.firstAt),
    lastAt: Number(value.lastAt),
    tools: Object.fromEntries(Object.entries(tools).map(([name, calls]) => [name, Number(calls)])),
    latenciesMs: Array.isArray(value.latenciesMs) ? value.latenciesMs.map(Number) : [],
  };
}

function storedTokens(value: unknown): TokenCounts {
  return {
    input: member(value, 'input'),
    output: member(value, 'output'),
    cacheRead: member(value, 'cacheRead'),
    cacheWrite: member(value, 'cacheWrite'),
  };
}

function member(value: unknown, name: string): number {
  return isRecord(value) ? Number(value[name]) : 0;
}
