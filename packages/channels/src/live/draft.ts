import type { Clock } from '@chela/observability';

/**
 * The message in which an answer grows (reference channels/framework.md §14): the first piece once there is enough to
 * read, then an edit a second. What it says at last is an edit of the answer's own row.
 */
export interface Draft {
  /** The whole text so far. */
  grow(text: string): void;
  /** The text is complete: what is missing is shown, also when it was too short before. Resolves when nothing is under way. */
  end(options: { readonly showsShort: boolean }): Promise<void>;
  /** Shows nothing more. */
  drop(): void;
}

export interface DraftDeps {
  /** Sends the first piece; resolves with the message's id, or undefined when it did not arrive (yet). */
  readonly send: (text: string) => Promise<string | undefined>;
  /** `later`: the vendor takes no more right now. `over`: nothing more is tried. */
  readonly edit: (messageId: string, text: string) => Promise<'shown' | 'later' | 'over'>;
  /** A message that an earlier process began. */
  readonly messageId: string | undefined;
  /** Longer texts stand in no draft. */
  readonly maxChars: number;
  readonly openedAt: number;
  readonly clock: Clock;
}

const FIRST_CHARS = 30;
const EVERY_MS = 1_000;

export function createDraft(deps: DraftDeps): Draft {
  const { clock } = deps;
  let { messageId } = deps;
  /** What the first message will say: the text when there was enough of it. */
  let first: string | undefined;
  let latest = '';
  let shown = '';
  let shownAt = deps.openedAt;
  let isOver = false;
  let underWay: Promise<void> | undefined;
  let cancel: (() => void) | undefined;

  /** Shows the newest text, or the first piece. Never two at a time. */
  function show(text: string): Promise<void> {
    cancel?.();
    cancel = undefined;
    const before = underWay ?? Promise.resolve();
    const done = before.then(async () => {
      if (isOver || text === shown) return;
      const result = messageId === undefined ? await begin(text) : await deps.edit(messageId, text);
      if (result === 'shown') shown = text;
      if (result === 'over') isOver = true;
      shownAt = clock.now();
    });
    underWay = done;
    return done.finally(() => {
      if (underWay === done) underWay = undefined;
    });
  }

  async function begin(text: string): Promise<'shown' | 'over'> {
    messageId = await deps.send(text);
    return messageId === undefined ? 'over' : 'shown';
  }

  function schedule(): void {
    if (isOver || cancel !== undefined || underWay !== undefined) return;
    if (messageId === undefined && first === undefined) return;
    cancel = clock.after(Math.max(0, shownAt + EVERY_MS - clock.now()), () => {
      cancel = undefined;
      show(messageId === undefined ? (first ?? latest) : latest).then(
        () => {
          if (latest !== shown) schedule();
        },
        () => {
          isOver = true;
        },
      );
    });
  }

  return {
    grow(text) {
      if (isOver) return;
      latest = text.trimEnd();
      if (latest.length > deps.maxChars) {
        isOver = true;
        cancel?.();
        return;
      }
      if (first === undefined && latest.length >= FIRST_CHARS) first = latest;
      schedule();
    },
    async end({ showsShort }) {
      cancel?.();
      cancel = undefined;
      await underWay;
      if (!isOver && latest !== '' && messageId === undefined && (first !== undefined || showsShort)) {
        await show(first ?? latest);
      } else if (!isOver && latest !== shown && messageId !== undefined) {
        const waitMs = shownAt + EVERY_MS - clock.now();
        if (waitMs > 0) await new Promise<void>((resume) => clock.after(waitMs, resume));
      }
      if (messageId !== undefined) await show(latest);
      isOver = true;
    },
    drop() {
      isOver = true;
      cancel?.();
    },
  };
}
