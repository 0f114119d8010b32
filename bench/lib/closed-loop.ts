import { type BenchClient, head } from './client.ts';
import type { JsonObject } from './json.ts';

/** Bytes of a frame in which its type, id and ok stand. */
const HEAD_BYTES = 160;
const ERROR_LIMIT = 20;

export interface Call {
  readonly label: string;
  readonly method: string;
  readonly params: JsonObject;
}

export interface LoopFacts {
  readonly latencies: readonly number[];
  readonly perSecond: number;
  readonly bytes: number;
  readonly errors: number;
  readonly lastError: string | null;
}

/** Resolves responses by the head of the frame, with their size, so that big payloads cost the client nothing. */
export function answerByHead(client: BenchClient): void {
  client.onRaw = (raw) => {
    const start = head(raw, HEAD_BYTES);
    if (!start.includes('"type":"res"')) return start.includes('"type":"event"');
    const id = /"id":"(\d+)"/.exec(start)?.[1];
    const ok = /"ok":(true|false)/.exec(start)?.[1];
    if (!id || !ok) return false;
    const waiting = client.pending.get(id);
    if (!waiting) return true;
    if (ok === 'false') return false;
    client.pending.delete(id);
    waiting.resolve(raw.length);
    return true;
  };
}

/** Every connection has one request outstanding, for `ms`. */
export async function closedLoop(
  clients: readonly BenchClient[],
  { method, params }: Call,
  ms: number,
): Promise<LoopFacts> {
  const latencies: number[] = [];
  let bytes = 0;
  let errors = 0;
  let lastError: string | null = null;
  const begun = performance.now();
  const until = begun + ms;
  const loop = async (client: BenchClient): Promise<void> => {
    while (performance.now() < until) {
      const sentAt = performance.now();
      try {
        bytes = Number(await client.call(method, params));
        latencies.push(performance.now() - sentAt);
      } catch (error) {
        errors += 1;
        lastError = error instanceof Error ? error.message : String(error);
        if (errors > ERROR_LIMIT) return;
      }
    }
  };
  await Promise.all(clients.map(loop));
  const perSecond = latencies.length / ((performance.now() - begun) / 1000);
  return { latencies, perSecond, bytes, errors, lastError };
}
