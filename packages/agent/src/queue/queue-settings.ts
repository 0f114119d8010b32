import { type DropPolicy, dropPolicyOf, type QueueMode, queueModeOf } from '../commands/queue-words.ts';
import { isRecord } from '../messages/content-parts.ts';

/** How messages wait that arrive while a run of their session is active. */
export interface QueueSettings {
  readonly mode: QueueMode;
  /** Quiet time after the last message before the queue is worked off, in milliseconds. */
  readonly debounceMs: number;
  /** Messages that may wait, at least 1. */
  readonly cap: number;
  readonly dropPolicy: DropPolicy;
}

const DEFAULT_DEBOUNCE_MS = 1_000;
const DEFAULT_CAP = 20;

type Members = Readonly<Record<string, unknown>>;

/** What decides the settings, nearest first; each may be absent or hold nonsense, which is passed over. */
export interface QueueSettingSources {
  /** `{mode, debounceMs, cap, drop}` of the message itself. */
  readonly inline?: Members;
  /** The session's entry: `queueMode`, `queueDebounceMs`, `queueCap`, `queueDrop`. */
  readonly session?: Members;
  /** The section `messages` of the configuration. */
  readonly messages?: unknown;
  readonly channel?: string;
  readonly pluginDebounceMs?: number;
}

/** The settings in force: inline, session, channel, configuration, default (reference agent/sessions.md §7.1, §7.2). Pure. */
export function queueSettings({
  inline = {},
  session = {},
  messages,
  channel,
  pluginDebounceMs,
}: QueueSettingSources): QueueSettings {
  const queue = isRecord(messages) && isRecord(messages.queue) ? messages.queue : {};
  const name = channel?.trim().toLowerCase();
  const mode = [inline.mode, session.queueMode, memberOf(queue.byChannel, name), queue.mode];
  const debounce = [
    inline.debounceMs,
    session.queueDebounceMs,
    memberOf(queue.debounceMsByChannel, name),
    pluginDebounceMs,
    queue.debounceMs,
  ];
  const drop = [inline.drop, session.queueDrop, queue.drop];
  return {
    mode: first(mode, (value) => queueModeOf(wordOf(value))) ?? 'collect',
    debounceMs: Math.max(0, first(debounce, finite) ?? DEFAULT_DEBOUNCE_MS),
    cap: Math.max(1, Math.floor(first([inline.cap, session.queueCap, queue.cap], finite) ?? DEFAULT_CAP)),
    dropPolicy: first(drop, (value) => dropPolicyOf(wordOf(value))) ?? 'summarize',
  };
}

function memberOf(value: unknown, name: string | undefined): unknown {
  return isRecord(value) && name !== undefined ? value[name] : undefined;
}

function first<T>(values: readonly unknown[], read: (value: unknown) => T | undefined): T | undefined {
  return values.map(read).find((value) => value !== undefined);
}

const wordOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const finite = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
