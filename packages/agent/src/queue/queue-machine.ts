import { collectPrompt, summaryLine, summaryPrompt } from './overflow-summary.ts';
import type { QueueSettings } from './queue-settings.ts';

/**
 * The queue of one session: messages that arrived while a run was active (reference agent/sessions.md §7). Pure: it
 * gets the time and says what happens; every message that enters leaves exactly once, as dropped or as part of a batch,
 * and batches keep the order of arrival.
 */
export interface QueueState<M extends QueuedMessage = QueuedMessage> {
  readonly items: readonly M[];
  readonly settings: QueueSettings;
  /** Milliseconds since the epoch. */
  readonly lastArrivalAt: number;
  readonly droppedCount: number;
  readonly summaryLines: readonly string[];
}

export interface QueuedMessage {
  readonly id: string;
  readonly text: string;
  /** Channel, target, account and thread in one word; absent where no reply can be routed, as in web chat. */
  readonly route?: string;
  /** The channel's id of the message; a second one with the same id and route is a repetition. */
  readonly messageId?: string;
  /** Carries more than text, which a collected prompt cannot hold. */
  readonly single?: true;
}

export type Arrival<M extends QueuedMessage> =
  | { readonly kind: 'queued'; readonly state: QueueState<M>; readonly dropped: readonly M[] }
  | { readonly kind: 'refused'; readonly reason: 'full' | 'repeated'; readonly state: QueueState<M> };

/** What is to run next: its messages leave the queue with `state`. */
export interface Batch<M extends QueuedMessage> {
  readonly state: QueueState<M> | undefined;
  readonly messages: readonly M[];
  readonly text: string;
  /** What was dropped before these messages; stands in `text` already. */
  readonly summary?: string;
}

/** Takes a message in, under the settings in force when it came. */
export function arrive<M extends QueuedMessage>(
  state: QueueState<M> | undefined,
  message: M,
  settings: QueueSettings,
  now: number,
): Arrival<M> {
  const current = { ...(state ?? { items: [], droppedCount: 0, summaryLines: [] }), settings, lastArrivalAt: now };
  if (current.items.some((item) => isRepetition(item, message))) {
    return { kind: 'refused', reason: 'repeated', state: current };
  }
  const surplus = Math.max(0, current.items.length - settings.cap + 1);
  if (surplus > 0 && settings.dropPolicy === 'new') return { kind: 'refused', reason: 'full', state: current };
  const dropped = current.items.slice(0, surplus);
  const items = [...current.items.slice(surplus), message];
  if (settings.dropPolicy !== 'summarize') return { kind: 'queued', state: { ...current, items }, dropped };
  const lines = [...current.summaryLines, ...dropped.map(({ text }) => summaryLine(text))];
  const summaryLines = lines.slice(Math.max(0, lines.length - settings.cap));
  const droppedCount = current.droppedCount + dropped.length;
  return { kind: 'queued', state: { ...current, items, droppedCount, summaryLines }, dropped };
}

function isRepetition(item: QueuedMessage, message: QueuedMessage): boolean {
  return message.messageId !== undefined && item.messageId === message.messageId && item.route === message.route;
}

/** When the next batch may be taken, once no run is active; undefined when nothing waits. Milliseconds since the epoch. */
export function dueAt(state: QueueState): number | undefined {
  return state.items.length === 0 ? undefined : state.lastArrivalAt + state.settings.debounceMs;
}

/** Puts messages back at the head, when what was to be done with them could not be done. */
export function putBack<M extends QueuedMessage>(
  state: QueueState<M> | undefined,
  messages: readonly M[],
  settings: QueueSettings,
  now: number,
): QueueState<M> {
  const current = state ?? { items: [], droppedCount: 0, summaryLines: [], settings, lastArrivalAt: now };
  return { ...current, items: [...messages, ...current.items] };
}

/**
 * The next batch. In collect mode messages of one route become one prompt; everything else runs message by message.
 * What was dropped is told before the first batch after it.
 */
export function nextBatch<M extends QueuedMessage>(state: QueueState<M>): Batch<M> | undefined {
  const [head] = state.items;
  if (head === undefined) return undefined;
  const summary = summaryPrompt({ ...state, dropPolicy: state.settings.dropPolicy }, 'message');
  const isCollected = state.settings.mode === 'collect' && state.items.every((item) => collectable(item, head));
  const messages = isCollected ? state.items : [head];
  const text = isCollected
    ? collectPrompt(
        messages.map((message) => message.text),
        summary,
      )
    : [summary ?? [], head.text].flat().join('\n\n');
  const items = state.items.slice(messages.length);
  return {
    messages,
    text,
    ...(summary === undefined ? {} : { summary }),
    state: items.length === 0 ? undefined : { ...state, items, droppedCount: 0, summaryLines: [] },
  };
}

function collectable(item: QueuedMessage, head: QueuedMessage): boolean {
  return item.route !== undefined && item.route === head.route && item.single !== true;
}
