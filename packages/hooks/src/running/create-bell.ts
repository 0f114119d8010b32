import type { Logger } from '@chela/observability';
import type { HookBell, HookEvent, HookReply } from '../hook-event.ts';
import type { HookHandler } from './hook-handler.ts';

/** How long a handler may hold up what waits for it: a command, or the prompt of a turn. */
const AWAITED_LIMIT_MS = 10_000;
/** The same for events that nobody waits for. */
const TOLD_LIMIT_MS = 120_000;
/** Events under way that nobody waits for; what comes beyond is not told to hooks. */
const TOLD_LIMIT = 256;

export interface OwnedBell extends HookBell {
  /** From now on these hear events, and no others; the former ones are to be closed by the caller. */
  hang(handlers: readonly HookHandler[]): void;
  /** Resolves when the events that were told have been handled. */
  quiet(): Promise<void>;
}

/** Events go to the handlers of their type first, then to those of `type:action` (reference agent/automation.md §4.2). */
export function createBell(logger: Logger): OwnedBell {
  let byKey: ReadonlyMap<string, readonly HookHandler[]> = new Map();
  const told = new Set<Promise<unknown>>();

  const listeners = (type: string, action: string): readonly HookHandler[] => [
    ...(byKey.get(type) ?? []),
    ...(byKey.get(`${type}:${action}`) ?? []),
  ];

  async function run(event: HookEvent, timeLimitMs: number): Promise<HookReply> {
    const messages: string[] = [];
    let { context } = event;
    for (const handler of listeners(event.type, event.action)) {
      try {
        const reply = await handler.handle({ ...event, context }, timeLimitMs);
        messages.push(...(reply.messages ?? []));
        if (reply.bootstrapFiles !== undefined) context = { ...context, bootstrapFiles: reply.bootstrapFiles };
      } catch (error) {
        logger.error('a hook failed', { hook: handler.name, event: `${event.type}:${event.action}`, error });
      }
    }
    return { messages, context };
  }

  return {
    hears: (type, action) => byKey.has(type) || byKey.has(`${type}:${action}`),
    ring: (event) => run(event, AWAITED_LIMIT_MS),
    tell(event) {
      if (listeners(event.type, event.action).length === 0) return;
      if (told.size >= TOLD_LIMIT) {
        logger.warn('hooks are too slow; an event was not told to them', { event: `${event.type}:${event.action}` });
        return;
      }
      const running = run(event, TOLD_LIMIT_MS).finally(() => told.delete(running));
      told.add(running);
    },
    hang(handlers) {
      const next = new Map<string, HookHandler[]>();
      for (const handler of handlers) {
        for (const key of new Set(handler.events)) next.set(key, [...(next.get(key) ?? []), handler]);
      }
      byKey = next;
    },
    async quiet() {
      await Promise.all(told);
    },
  };
}
