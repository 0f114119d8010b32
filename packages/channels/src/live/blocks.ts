import { takeBlocks } from '@chela/agent';
import type { Clock } from '@chela/observability';
import type { BlockSettings } from './live-settings.ts';

/**
 * An answer that comes as several messages while it is written (reference channels/framework.md §14, agent/sessions.md
 * §18): complete blocks are joined until there are enough of them, or until nothing more came for a while.
 */
export interface Blocks {
  push(delta: string): void;
  /** A message of the model is finished: what is left of it is a block. */
  endMessage(): void;
  /** Something else comes next, e.g. a tool: what is complete goes out. */
  flush(): void;
  /** Waits for nothing any more. */
  stop(): void;
}

export function createBlocks(deps: {
  readonly settings: BlockSettings;
  /** A block that goes out now. */
  readonly say: (text: string) => void;
  readonly clock: Clock;
}): Blocks {
  const { settings, clock } = deps;
  let unread = '';
  let joined = '';
  let cancel = (): void => {};

  function flush(): void {
    cancel();
    const text = joined.trim();
    joined = '';
    if (text !== '') deps.say(text);
  }

  function flushWhenIdle(): void {
    cancel();
    cancel = clock.after(settings.idleMs, () => {
      if (joined.length >= settings.minChars) flush();
    });
  }

  function join(block: string): void {
    const both = joined === '' ? block : `${joined.trimEnd()}${settings.joiner}${block}`;
    if (both.length > settings.maxChars && joined !== '') {
      flush();
      joined = block;
    } else joined = both;
    if (joined.length >= settings.maxChars || settings.chunk.flushOnParagraph === true) flush();
    else flushWhenIdle();
  }

  function read(isLast: boolean): void {
    const { blocks, rest } = takeBlocks(unread, settings.chunk, isLast);
    unread = rest;
    for (const block of blocks) join(block);
  }

  return {
    push(delta) {
      unread += delta;
      if (!settings.atMessageEnd) read(false);
    },
    endMessage() {
      read(true);
      flush();
    },
    flush() {
      if (!settings.atMessageEnd) flush();
    },
    stop: () => cancel(),
  };
}
