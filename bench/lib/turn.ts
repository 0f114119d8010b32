import { randomBytes } from 'node:crypto';
import type { BenchClient } from './client.ts';
import { textAt } from './json.ts';

export type TurnState = 'final' | 'error' | 'aborted' | 'timeout' | 'refused';

/** Times in ms from the send. */
export interface Turn {
  readonly ackMs: number | null;
  readonly firstMs: number | null;
  readonly finalMs: number;
  readonly state: TurnState;
  readonly error: string;
}

/** Runs one chat turn to its terminal event. */
export function turn(client: BenchClient, sessionKey: string, message: string, timeoutMs = 60_000): Promise<Turn> {
  const runKey = `bench-${randomBytes(8).toString('hex')}-${performance.now()}`;
  const begun = performance.now();
  return new Promise((resolve) => {
    let runId = runKey;
    let ackMs: number | null = null;
    let firstMs: number | null = null;
    let isDone = false;
    const finish = (state: TurnState, error = ''): void => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      off();
      resolve({ ackMs, firstMs, finalMs: performance.now() - begun, state, error });
    };
    const timer = setTimeout(() => finish('timeout'), timeoutMs);
    const off = client.onEvent(({ event, payload }, at) => {
      const id = textAt(payload, 'runId');
      if (id !== runId && id !== runKey) return;
      if (event === 'agent' && textAt(payload, 'stream') === 'assistant') firstMs ??= at - begun;
      if (event !== 'chat') return;
      const state = textAt(payload, 'state');
      if (state === 'delta') firstMs ??= at - begun;
      else if (state === 'final' || state === 'error' || state === 'aborted') finish(state);
    });
    client.call('chat.send', { sessionKey, message, idempotencyKey: runKey }).then(
      (answer) => {
        ackMs = performance.now() - begun;
        runId = textAt(answer, 'runId') ?? runId;
      },
      (error: unknown) => finish('refused', error instanceof Error ? error.message : String(error)),
    );
  });
}
