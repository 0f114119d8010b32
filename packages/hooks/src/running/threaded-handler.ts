import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { Clock, Logger } from '@chela/observability';
import type { HandlerReply, HookHandler } from './hook-handler.ts';
import { isRecord } from './is-record.ts';

const THREAD = new URL('./hook-worker.ts', import.meta.url);
const MEMORY_LIMIT_MB = 256;
/** Events of one hook that may be under way at the same time. */
const PENDING_LIMIT = 64;
/** How long a hook rests after its thread was lost, so that a broken one costs little. */
const REST_MS = 5_000;
const SHOWN_LINE_CHARS = 2_000;

export interface ThreadedHandlerDeps {
  readonly name: string;
  readonly events: readonly string[];
  /** Absolute path of the module. */
  readonly file: string;
  readonly exportName: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Running {
  readonly worker: Worker;
  readonly pending: Map<number, PromiseWithResolvers<HandlerReply>>;
}

/**
 * Owns the thread of one hook: started with the first event, ended when a handler takes too long or the hook goes. A
 * handler that blocks, crashes or eats memory takes only itself away.
 */
export function createThreadedHandler(deps: ThreadedHandlerDeps): HookHandler {
  const { name, clock, logger } = deps;
  let running: Running | undefined;
  let restUntil = 0;
  let nextId = 0;
  let closed = false;

  function start(): Running {
    const worker = new Worker(THREAD, {
      workerData: { file: deps.file, exportName: deps.exportName },
      env: { ...deps.env },
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB },
    });
    const started: Running = { worker, pending: new Map() };
    worker.on('message', (message: unknown) => settle(started, message));
    worker.once('error', (error) => lose(started, error instanceof Error ? error : new Error(String(error))));
    worker.once('exit', () => lose(started, new Error('the thread of the hook ended')));
    logLines(worker.stdout, (line) => logger.info(line, { hook: name }));
    logLines(worker.stderr, (line) => logger.warn(line, { hook: name }));
    // A hook that waits for nothing does not hold up the end of the program.
    worker.unref();
    return started;
  }

  function settle(from: Running, message: unknown): void {
    if (!isRecord(message) || typeof message.id !== 'number') return;
    const waiting = from.pending.get(message.id);
    from.pending.delete(message.id);
    if (typeof message.error === 'string') waiting?.reject(new Error(message.error));
    else waiting?.resolve(replyOf(message));
  }

  function lose(lost: Running, error: Error): void {
    if (running === lost) {
      running = undefined;
      restUntil = clock.now() + REST_MS;
    }
    for (const waiting of lost.pending.values()) waiting.reject(error);
    lost.pending.clear();
  }

  return {
    name,
    events: deps.events,
    async handle({ type, action, sessionKey, context }, timeLimitMs) {
      if (closed) return {};
      if (running === undefined && clock.now() < restUntil) throw new Error('it rests after its thread was lost');
      running ??= start();
      const current = running;
      if (current.pending.size >= PENDING_LIMIT) throw new Error(`more than ${PENDING_LIMIT} events wait for it`);
      nextId += 1;
      const id = nextId;
      const timestamp = new Date(clock.now());
      current.worker.postMessage({ id, event: { type, action, sessionKey, context, timestamp } });
      const answer = Promise.withResolvers<HandlerReply>();
      current.pending.set(id, answer);
      const cancel = clock.after(timeLimitMs, () => {
        lose(current, new Error(`it took longer than ${timeLimitMs} ms and was stopped`));
        void current.worker.terminate();
      });
      try {
        return await answer.promise;
      } finally {
        cancel();
      }
    },
    async close() {
      closed = true;
      const last = running;
      running = undefined;
      await last?.worker.terminate();
    },
  };
}

function replyOf(message: Readonly<Record<string, unknown>>): HandlerReply {
  const { messages, bootstrapFiles } = message;
  return {
    ...(Array.isArray(messages) && { messages: messages.filter((text) => typeof text === 'string') }),
    ...(Array.isArray(bootstrapFiles) && { bootstrapFiles }),
  };
}

/** Hands on each full line of what a hook prints; a line without end is cut. */
function logLines(stream: Readable, log: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(0, SHOWN_LINE_CHARS);
    for (const line of lines) if (line.trim() !== '') log(line.slice(0, SHOWN_LINE_CHARS));
  });
}
