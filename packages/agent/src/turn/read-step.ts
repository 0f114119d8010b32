import {
  type ModelEvent,
  type ModelFailure,
  type TextPart,
  type ThinkingPart,
  type ToolCallPart,
  type Usage,
  ZERO_USAGE,
} from '@chela/models';
import type { Clock } from '@chela/observability';

/** One model call, read to its end. */
export interface StepReading {
  readonly content: readonly (TextPart | ThinkingPart | ToolCallPart)[];
  readonly usage: Usage;
  /** Characters of text, thinking and arguments. */
  readonly chars: number;
  /** Calls whose arguments were no JSON object, by call id, with what the provider sent. */
  readonly malformed: ReadonlyMap<string, string>;
  readonly end:
    | {
        readonly type: 'done';
        readonly stopReason: 'stop' | 'length' | 'toolUse';
        readonly profileId: string | undefined;
        readonly cliSessionId: string | undefined;
      }
    | StepFailure;
}

interface StepFailure {
  readonly type: 'failed';
  readonly failure: ModelFailure;
}

export interface StepReader {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Characters of text, thinking and arguments this call may produce. */
  readonly maxChars: number;
  onText(delta: string): void;
  onThinking(delta: string, whole: string): void;
}

/** A provider that says nothing for this long is treated as gone; thinking without a word can take minutes. */
const SILENCE_MAX_MS = 300_000;

/**
 * Reads a model's stream. Never throws and never outlives the abort signal, even when the stream ignores it: an
 * abort, silence and an answer that never ends become failures like any other.
 */
export async function readStep(stream: AsyncIterable<ModelEvent>, reader: StepReader): Promise<StepReading> {
  const parts = createParts();
  let chars = 0;
  let usage = ZERO_USAGE;
  const events = stream[Symbol.asyncIterator]();
  const guard = createGuard(reader);
  const failed = (failure: ModelFailure): StepReading => ({
    ...parts.read(),
    usage,
    chars,
    end: { type: 'failed', failure },
  });
  try {
    for (;;) {
      const next = await Promise.race([events.next(), guard.tripped]);
      if ('reason' in next) return failed({ ...next, partial: parts.hasText() });
      if (next.done === true) return failed(unknownFailure('The provider ended its answer early.', parts.hasText()));
      guard.heard();
      const event = next.value;
      if (event.type === 'done') {
        usage = event.usage;
        return {
          ...parts.read(),
          usage,
          chars,
          end: {
            type: 'done',
            stopReason: event.stopReason,
            profileId: event.profileId,
            cliSessionId: event.cliSessionId,
          },
        };
      }
      if (event.type === 'failed') return failed({ ...event.failure, partial: parts.hasText() });
      chars += parts.add(event);
      if (event.type === 'textDelta') reader.onText(event.text);
      if (event.type === 'thinkingDelta') reader.onThinking(event.text, parts.thinking());
      if (chars > reader.maxChars) {
        return failed(
          unknownFailure(`The answer was stopped: it passed the limit of ${reader.maxChars} characters.`, true),
        );
      }
    }
  } catch (error) {
    return failed(unknownFailure(error instanceof Error ? error.message : String(error), parts.hasText()));
  } finally {
    guard.close();
    // Not awaited: a stream that hangs must not hold the turn, and a stream that ended has nothing to say.
    void Promise.resolve(events.return?.()).catch(() => undefined);
  }
}

type Tripped = Omit<ModelFailure, 'partial'>;

/** Resolves when the run is aborted or the provider has been silent for too long. */
function createGuard(reader: Pick<StepReader, 'clock' | 'signal'>): {
  readonly tripped: Promise<Tripped>;
  heard(): void;
  close(): void;
} {
  const { promise, resolve } = Promise.withResolvers<Tripped>();
  const onAbort = (): void => resolve({ message: 'Request was aborted', reason: 'aborted' });
  let heardAt = reader.clock.now();
  let cancel = (): void => {};
  const watch = (delayMs: number): void => {
    cancel = reader.clock.after(delayMs, () => {
      const left = heardAt + SILENCE_MAX_MS - reader.clock.now();
      if (left > 0) watch(left);
      else
        resolve({ message: `Request timed out: nothing came for ${SILENCE_MAX_MS / 1000} seconds`, reason: 'timeout' });
    });
  };
  watch(SILENCE_MAX_MS);
  if (reader.signal.aborted) onAbort();
  reader.signal.addEventListener('abort', onAbort, { once: true });
  return {
    tripped: promise,
    heard() {
      heardAt = reader.clock.now();
    },
    close() {
      cancel();
      reader.signal.removeEventListener('abort', onAbort);
    },
  };
}

/** Collects deltas into content parts in the order they came. */
function createParts() {
  const content: (TextPart | ThinkingPart | ToolCallPart)[] = [];
  const malformed = new Map<string, string>();
  const last = () => content.at(-1);
  return {
    /** Returns how many characters the event brought. */
    add(event: Exclude<ModelEvent, { type: 'done' | 'failed' }>): number {
      const tail = last();
      switch (event.type) {
        case 'textDelta':
          if (tail?.type === 'text') content[content.length - 1] = { ...tail, text: tail.text + event.text };
          else if (event.text !== '') content.push({ type: 'text', text: event.text });
          return event.text.length;
        case 'thinkingDelta':
          if (tail?.type === 'thinking') {
            content[content.length - 1] = { ...tail, thinking: tail.thinking + event.text };
          } else if (event.text !== '') content.push({ type: 'thinking', thinking: event.text });
          return event.text.length;
        case 'thinkingSignature': {
          const at = content.findLastIndex((part) => part.type === 'thinking');
          const part = content[at];
          if (part?.type === 'thinking') content[at] = { ...part, thinkingSignature: event.signature };
          else content.push({ type: 'thinking', thinking: '', thinkingSignature: event.signature });
          return 0;
        }
        case 'toolCall':
          content.push(event.call);
          if (event.malformed !== undefined) malformed.set(event.call.id, event.malformed);
          return JSON.stringify(event.call.arguments).length;
      }
    },
    hasText: () => content.some((part) => part.type === 'text' && part.text.trim() !== ''),
    thinking() {
      const part = content.findLast((candidate) => candidate.type === 'thinking');
      return part?.type === 'thinking' ? part.thinking : '';
    },
    read: () => ({ content, malformed }),
  };
}

function unknownFailure(message: string, partial: boolean): ModelFailure {
  return { message, reason: 'unknown', partial };
}
