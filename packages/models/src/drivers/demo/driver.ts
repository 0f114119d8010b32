import type { Clock } from '@chela/observability';
import type { ModelDriver, ModelEvent, ModelRequest } from '../../driver.ts';
import { ZERO_USAGE } from '../../usage.ts';
import { demoCall, demoReply } from './reply.ts';

/** A whole reply takes about this long, however long it is, so that streaming can be seen without waiting for it. */
const REPLY_LIMIT_MS = 1200;
const WORD_DELAY_MAX_MS = 15;

/** The built-in demonstration model: no network, no cost, a few phrases, real tools. */
export function createDriver(deps: { readonly clock: Clock; newId(): string }): ModelDriver {
  return { api: 'demo', stream: (request, _credential, signal) => stream(request, signal, deps) };
}

async function* stream(
  request: ModelRequest,
  signal: AbortSignal,
  deps: { readonly clock: Clock; newId(): string },
): AsyncGenerator<ModelEvent> {
  const reply = demoReply(request);
  const words = reply.text.match(/\s*\S+\s*/g) ?? [];
  const delayMs = Math.min(WORD_DELAY_MAX_MS, Math.floor(REPLY_LIMIT_MS / Math.max(1, words.length)));
  let hasSpoken = false;
  for (const text of words) {
    if (hasSpoken && delayMs > 0) await pause(deps.clock, delayMs, signal);
    if (signal.aborted) {
      yield { type: 'failed', failure: { message: 'Request was aborted', reason: 'aborted', partial: hasSpoken } };
      return;
    }
    yield { type: 'textDelta', text };
    hasSpoken = true;
  }
  if (reply.call !== undefined) yield { type: 'toolCall', call: demoCall(reply.call, `demo_${deps.newId()}`) };
  yield { type: 'done', stopReason: reply.call === undefined ? 'stop' : 'toolUse', usage: ZERO_USAGE };
}

/** Waits, or until the signal aborts. */
function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(delayMs, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
