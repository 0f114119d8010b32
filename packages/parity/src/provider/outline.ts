import type { Reply } from './reply.ts';

export interface OutlineUsage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

interface OutlineCall {
  readonly id: string;
  readonly name: string;
  readonly args: unknown;
}

type StopKind = 'stop' | 'length' | 'tool' | 'filter';

/** An answer before it is put on one of the four wires. */
export interface Outline {
  /** Number of the request since the script was set; makes ids unique. */
  readonly n: number;
  readonly model: string;
  readonly deltas: readonly string[];
  readonly thinking: string | undefined;
  readonly calls: readonly OutlineCall[];
  readonly usage: OutlineUsage;
  readonly stop: StopKind;
}

/** One server-sent event. `delta` marks the text deltas that the fault switches count. */
export interface WireFrame {
  readonly event?: string;
  readonly data: unknown;
  readonly delta?: boolean;
}

/** How one API puts an answer on the wire, streamed or whole. */
export interface Wire {
  stream(outline: Outline): Iterable<WireFrame>;
  whole(outline: Outline): unknown;
}

const DEFAULT_USAGE: OutlineUsage = { input: 10, output: 5, cacheRead: 0, cacheWrite: 0 };
const DELTAS_OF_A_STRING = 3;

export function outlineOf(reply: Reply, n: number, model: string): Outline {
  return {
    n,
    model,
    deltas: Array.isArray(reply.text) ? reply.text : cut(reply.text ?? ''),
    thinking: reply.thinking,
    calls: (reply.toolCalls ?? []).map((call, index) => ({
      id: call.id ?? `call_${n}_${index + 1}`,
      name: call.name,
      args: call.args ?? {},
    })),
    usage: { ...DEFAULT_USAGE, ...reply.usage },
    stop: reply.stop ?? (reply.toolCalls?.length ? 'tool' : 'stop'),
  };
}

function cut(text: string): readonly string[] {
  if (!text) return [];
  const size = Math.max(1, Math.ceil(text.length / DELTAS_OF_A_STRING));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
}
