import type { Clock } from '@chela/observability';
import type { InboundMessage } from '../contract/inbound.ts';
import { joinParts, joinQuick } from './join-messages.ts';

/** Messages that are handled as one: their rows, and what they say together. */
export interface Unit {
  /** Rows of the inbox, oldest first. */
  readonly ids: readonly number[];
  readonly message: InboundMessage;
}

/** The most that is held back of one person's quick messages. */
const QUICK_UNITS = 50;
const QUICK_CHARS = 50_000;

/**
 * Puts together what belongs together in one conversation: parts that the vendor cut or grouped, then quick messages of one
 * person (reference channels/framework.md §17 "Debounce", telegram.md §3.4, §3.5). Messages of different people never wait
 * for each other.
 */
export interface Assembly {
  /** What may be handled now, in order; empty while it waits for more. */
  add(unit: Unit): readonly Unit[];
  /** Whether something waits. */
  readonly isHolding: boolean;
  /** Forgets what waits; its rows are for the next process. */
  close(): void;
}

interface Held {
  units: Unit[];
  cancel: () => void;
}

export function createAssembly(deps: {
  readonly clock: Clock;
  /** How long a quick message waits for the next; 0 for what must not wait. Milliseconds. */
  readonly quickMs: (message: InboundMessage) => number;
  /** Called when the waiting of some units is over. */
  readonly ready: (units: readonly Unit[]) => void;
}): Assembly {
  const { clock } = deps;
  /** By part key and by sender. */
  const parts = new Map<string, Held>();
  const quick = new Map<string, Held>();

  const hold = (map: Map<string, Held>, key: string, units: Unit[], waitMs: number, release: () => void): void => {
    map.get(key)?.cancel();
    map.set(key, { units, cancel: clock.after(waitMs, release) });
  };
  const take = (map: Map<string, Held>, key: string): readonly Unit[] => {
    const held = map.get(key);
    held?.cancel();
    map.delete(key);
    return held?.units ?? [];
  };

  const finishParts = (key: string): readonly Unit[] => {
    const [first, ...more] = take(parts, key);
    if (first === undefined) return [];
    const separator = first.message.part?.separator ?? '';
    return addQuick(merged(inOrder([first, ...more]), (messages) => joinParts(messages, separator)));
  };
  const finishQuick = (sender: string): readonly Unit[] => {
    const [first, ...more] = take(quick, sender);
    return first === undefined ? [] : [merged([first, ...more], joinQuick)];
  };

  /** Lets a whole message through, or holds it while its writer may go on. */
  const addQuick = (unit: Unit): readonly Unit[] => {
    const sender = unit.message.sender.id;
    const waitMs = deps.quickMs(unit.message);
    if (waitMs <= 0) return [...finishQuick(sender), unit];
    const units = [...(quick.get(sender)?.units ?? []), unit];
    const chars = units.reduce((sum, { message }) => sum + message.text.length, 0);
    hold(quick, sender, units, waitMs, () => deps.ready(finishQuick(sender)));
    return units.length >= QUICK_UNITS || chars >= QUICK_CHARS ? finishQuick(sender) : [];
  };

  /** The parts that a message goes on with, if any. */
  const openedFor = ({ part, sender, messageId }: InboundMessage): string | undefined => {
    for (const [key, { units }] of parts) {
      const last = units.at(-1)?.message;
      const opener = units[0]?.message;
      if (last === undefined || opener?.sender.id !== sender.id) continue;
      if (opener.part?.follows === undefined ? part?.key === key : isNext(last.messageId, messageId)) return key;
    }
    return undefined;
  };
  const partsOf = (sender: string): readonly string[] =>
    [...parts].flatMap(([key, { units }]) => (units[0]?.message.sender.id === sender ? [key] : []));

  return {
    add(unit) {
      const { message } = unit;
      const key = openedFor(message);
      // What was begun and is not gone on with ends here, before this message.
      const before = partsOf(message.sender.id).flatMap((other) => (other === key ? [] : finishParts(other)));
      const { part } = message;
      if (key === undefined && (part === undefined || part.quietMs <= 0)) return [...before, ...addQuick(unit)];
      const name = key ?? part?.key ?? '';
      const units = [...(parts.get(name)?.units ?? []), unit];
      const limits = units[0]?.message.part;
      const chars = units.reduce((sum, one) => sum + one.message.text.length, 0);
      const isFull = limits === undefined || units.length >= limits.maxParts || chars >= limits.maxChars;
      // A text that was cut ends with the first piece that is no full one.
      const isLast = limits?.follows !== undefined && part === undefined;
      hold(parts, name, units, limits?.quietMs ?? 0, () => deps.ready(finishParts(name)));
      return isFull || isLast ? [...before, ...finishParts(name)] : before;
    },
    get isHolding() {
      return parts.size + quick.size > 0;
    },
    close() {
      for (const { cancel } of [...parts.values(), ...quick.values()]) cancel();
      parts.clear();
      quick.clear();
    },
  };
}

function merged(
  units: readonly [Unit, ...Unit[]],
  join: (messages: readonly [InboundMessage, ...InboundMessage[]]) => InboundMessage,
): Unit {
  const [first, ...more] = units;
  if (more.length === 0) return first;
  return {
    ids: units.flatMap(({ ids }) => ids),
    message: join([first.message, ...more.map(({ message }) => message)]),
  };
}

/** Parts may arrive in another order than they were written in; numbered ones tell. */
function inOrder(units: readonly [Unit, ...Unit[]]): readonly [Unit, ...Unit[]] {
  if (units.some(({ message }) => !/^\d+$/.test(message.messageId))) return units;
  const [first, ...more] = units.toSorted((a, b) => Number(BigInt(a.message.messageId) - BigInt(b.message.messageId)));
  return first === undefined ? units : [first, ...more];
}

/** Vendors that cut texts number their messages one by one. */
function isNext(before: string, after: string): boolean {
  return /^\d+$/.test(before) && /^\d+$/.test(after) && BigInt(after) === BigInt(before) + 1n;
}
