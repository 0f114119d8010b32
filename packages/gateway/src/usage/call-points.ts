import { modelCall, type TranscriptMessage } from '@chela/store';
import { callCost, type Prices } from './totals.ts';

/** The calls of one transcript over time (reference protocol/methods.json sessions.usage.timeseries). Pure. */

interface Call {
  readonly timestamp: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly totalTokens: number;
  readonly cost: number;
}

export interface CallPoint extends Call {
  readonly cumulativeTokens: number;
  readonly cumulativeCost: number;
}

const POINTS_LIMIT = 200;

/** At most 200 points; more calls are added up in stretches of one length, each at the time of its last call. */
export function callPoints(messages: readonly TranscriptMessage[], prices: Prices): readonly CallPoint[] {
  const calls = messages.flatMap((message) => callOf(message, prices)).toSorted((a, b) => a.timestamp - b.timestamp);
  const stretch = Math.max(1, Math.ceil(calls.length / POINTS_LIMIT));
  const points: CallPoint[] = [];
  for (let start = 0; start < calls.length; start += stretch) {
    const call = calls.slice(start, start + stretch).reduce(addCalls);
    const before = points.at(-1);
    points.push({
      ...call,
      cumulativeTokens: (before?.cumulativeTokens ?? 0) + call.totalTokens,
      cumulativeCost: (before?.cumulativeCost ?? 0) + call.cost,
    });
  }
  return points;
}

function callOf(message: TranscriptMessage, prices: Prices): readonly Call[] {
  const call = message.role === 'assistant' ? modelCall(message) : undefined;
  if (call === undefined) return [];
  const { tokens, totalTokens } = call;
  return [{ timestamp: message.timestamp, ...tokens, totalTokens, cost: callCost(call, prices) ?? 0 }];
}

function addCalls(a: Call, b: Call): Call {
  return {
    timestamp: b.timestamp,
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    totalTokens: a.totalTokens + b.totalTokens,
    cost: a.cost + b.cost,
  };
}
