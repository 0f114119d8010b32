import { normalizeUsage, type ReportedUsage } from '@chela/protocol';
import { isRecord } from '../database/columns.ts';
import type { DaySums, MessageSums, ModelSums, TokenCounts } from '../usage.ts';

/** Adds up transcript lines. Pure: the same lines give the same sums, whether a worker or the gateway reads them. */

/** Sums of the lines seen so far. */
export interface UsageFold {
  readonly days: ReadonlyMap<string, DaySums>;
  /** Time of the newest message of a person, in milliseconds. */
  readonly lastUserAt: number | undefined;
}

const LATENCIES_LIMIT = 1_000;
/** A longer silence is no latency: somebody came back another day. */
const LATENCY_LIMIT_MS = 12 * 60 * 60 * 1000;
const FAILED_STOPS: ReadonlySet<unknown> = new Set(['error', 'aborted', 'timeout']);
const TOOL_CALL_TYPES: ReadonlySet<unknown> = new Set(['toolCall', 'tool_use', 'toolUse', 'tool_call']);
const TOOL_RESULT_TYPES: ReadonlySet<unknown> = new Set(['toolResult', 'tool_result']);
const NO_TOKENS: TokenCounts = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** Sums of parsed lines; those that are no message of a person or a model count for nothing. */
export function foldUsage(entries: Iterable<unknown>, lastUserAt: number | undefined): UsageFold {
  const days = new Map<string, DaySums>();
  let userAt = lastUserAt;
  for (const entry of entries) {
    const at = messageTime(entry);
    if (!isRecord(entry) || entry.type !== 'message' || !isRecord(entry.message) || at === undefined) continue;
    const { message } = entry;
    if (message.role !== 'user' && message.role !== 'assistant') continue;
    const day = new Date(at).toISOString().slice(0, 10);
    const latencyMs = message.role === 'assistant' ? latencyOf(message, at, userAt) : undefined;
    const call = message.role === 'assistant' ? modelCall(message) : undefined;
    const one = {
      day,
      messages: oneMessage(message, at, latencyMs),
      models: call === undefined ? [] : [call],
    };
    days.set(day, addDay(days.get(day), one));
    if (message.role === 'user') userAt = at;
  }
  return { days, lastUserAt: userAt };
}

export function addDay(a: DaySums | undefined, b: DaySums): DaySums {
  if (a === undefined) return b;
  return { day: a.day, messages: addMessages(a.messages, b.messages), models: addModels(a.models, b.models) };
}

/** When a message was written: its own time, else that of its line. */
export function messageTime(entry: unknown): number | undefined {
  if (!isRecord(entry)) return undefined;
  const own = isRecord(entry.message) ? entry.message.timestamp : undefined;
  if (typeof own === 'number' && Number.isFinite(own)) return own;
  const written = typeof entry.timestamp === 'string' ? Date.parse(entry.timestamp) : Number.NaN;
  return Number.isNaN(written) ? undefined : written;
}

/** One call of a model as its message tells it; undefined when it says nothing about tokens. */
export function modelCall(message: Readonly<Record<string, unknown>>): ModelSums | undefined {
  const reported = normalizeUsage(message.usage);
  if (reported === undefined) return undefined;
  const tokens = counts(reported);
  const cost = recordedCost(message.usage);
  return {
    provider: typeof message.provider === 'string' ? message.provider : '',
    model: typeof message.model === 'string' ? message.model : '',
    calls: 1,
    tokens,
    totalTokens: reported.total ?? tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite,
    cost: cost ?? { ...NO_TOKENS, total: 0 },
    unpriced: cost === undefined ? { ...tokens, calls: 1 } : { ...NO_TOKENS, calls: 0 },
  };
}

function addMessages(a: MessageSums, b: MessageSums): MessageSums {
  const tools = { ...a.tools };
  for (const [name, calls] of Object.entries(b.tools)) tools[name] = (tools[name] ?? 0) + calls;
  return {
    user: a.user + b.user,
    assistant: a.assistant + b.assistant,
    toolCalls: a.toolCalls + b.toolCalls,
    toolResults: a.toolResults + b.toolResults,
    errors: a.errors + b.errors,
    firstAt: Math.min(a.firstAt, b.firstAt),
    lastAt: Math.max(a.lastAt, b.lastAt),
    tools,
    latenciesMs: [...a.latenciesMs, ...b.latenciesMs].slice(0, LATENCIES_LIMIT),
  };
}

/** Models in the order of their first call. */
export function addModels(a: readonly ModelSums[], b: readonly ModelSums[]): readonly ModelSums[] {
  const sums = new Map(a.map((model) => [keyOf(model), model]));
  for (const model of b) {
    const known = sums.get(keyOf(model));
    sums.set(keyOf(model), known === undefined ? model : addModel(known, model));
  }
  return [...sums.values()];
}

const keyOf = ({ provider, model }: ModelSums): string => `${provider}\n${model}`;

/** The sums without those of a transcript that is read anew; models without calls are left out. */
export function subtractModels(a: readonly ModelSums[], b: readonly ModelSums[]): readonly ModelSums[] {
  return addModels(a, b.map(negated)).filter(({ calls }) => calls > 0);
}

function negated(sums: ModelSums): ModelSums {
  const { unpriced, cost } = sums;
  return {
    ...sums,
    calls: -sums.calls,
    tokens: negatedTokens(sums.tokens),
    totalTokens: -sums.totalTokens,
    cost: { ...negatedTokens(cost), total: -cost.total },
    unpriced: { ...negatedTokens(unpriced), calls: -unpriced.calls },
  };
}

function negatedTokens({ input, output, cacheRead, cacheWrite }: TokenCounts): TokenCounts {
  return { input: -input, output: -output, cacheRead: -cacheRead, cacheWrite: -cacheWrite };
}

function addModel(a: ModelSums, b: ModelSums): ModelSums {
  return {
    provider: a.provider,
    model: a.model,
    calls: a.calls + b.calls,
    tokens: addTokens(a.tokens, b.tokens),
    totalTokens: a.totalTokens + b.totalTokens,
    cost: { ...addTokens(a.cost, b.cost), total: a.cost.total + b.cost.total },
    unpriced: { ...addTokens(a.unpriced, b.unpriced), calls: a.unpriced.calls + b.unpriced.calls },
  };
}

function addTokens(a: TokenCounts, b: TokenCounts): TokenCounts {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  };
}

function counts({ input = 0, output = 0, cacheRead = 0, cacheWrite = 0 }: ReportedUsage): TokenCounts {
  return { input, output, cacheRead, cacheWrite };
}

function recordedCost(usage: unknown): ModelSums['cost'] | undefined {
  const cost = isRecord(usage) && isRecord(usage.cost) ? usage.cost : {};
  if (typeof cost.total !== 'number' || !Number.isFinite(cost.total)) return undefined;
  const part = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
  return {
    input: part(cost.input),
    output: part(cost.output),
    cacheRead: part(cost.cacheRead),
    cacheWrite: part(cost.cacheWrite),
    total: cost.total,
  };
}

function oneMessage(
  message: Readonly<Record<string, unknown>>,
  at: number,
  latencyMs: number | undefined,
): MessageSums {
  const blocks = (Array.isArray(message.content) ? message.content : []).filter(isRecord);
  // A tool that one message calls twice counts once, as in reports of the original.
  const called = blocks.flatMap(({ type, name }) =>
    TOOL_CALL_TYPES.has(type) && typeof name === 'string' ? [name] : [],
  );
  const tools = Object.fromEntries(called.map((name) => [name, 1]));
  const results = blocks.filter(({ type }) => TOOL_RESULT_TYPES.has(type));
  return {
    user: message.role === 'user' ? 1 : 0,
    assistant: message.role === 'assistant' ? 1 : 0,
    toolCalls: Object.keys(tools).length,
    toolResults: results.length,
    errors: (FAILED_STOPS.has(message.stopReason) ? 1 : 0) + results.filter(isFailedResult).length,
    firstAt: at,
    lastAt: at,
    tools,
    latenciesMs: latencyMs === undefined ? [] : [latencyMs],
  };
}

const isFailedResult = (block: Readonly<Record<string, unknown>>): boolean =>
  block.is_error === true || block.isError === true;

/** How long an answer took: what its message says, else the time since the person's message before it. */
function latencyOf(
  message: Readonly<Record<string, unknown>>,
  at: number,
  userAt: number | undefined,
): number | undefined {
  const said = message.durationMs;
  const ms = typeof said === 'number' && Number.isFinite(said) ? said : at - (userAt ?? Number.NaN);
  return ms >= 0 && ms <= LATENCY_LIMIT_MS ? ms : undefined;
}
