import { classifySessionKey } from '../sessions/session-kind.ts';

/**
 * Who may run when (reference agent/sessions.md §8): a run takes its session's lane first (one at a time, first come
 * first served), then a place in a global lane: that of sub-agents or the main one. Plain bookkeeping without timers or promises; every id that was
 * admitted is handed out exactly once by `take` or returned by `withdraw`, never both.
 */
export interface Lanes {
  /** Queues a run. Refuses when its session or the whole house has too many waiting. */
  admit(id: string, sessionKey: string): Admission;
  /** Queues a run that was accepted in an earlier process: limits do not apply. */
  readmit(id: string, sessionKey: string): void;
  /** The next run that may start now; it holds both lanes until `release`. */
  take(): string | undefined;
  /** Gives the lanes of a finished run back. */
  release(id: string): void;
  /** Takes a waiting run out of the queue; false when it is running or unknown. */
  withdraw(id: string): boolean;
  /** The run that holds a session's lane or is first in line for it. */
  holder(sessionKey: string): string | undefined;
  /** Runs that wait for a lane. */
  waiting(): number;
  running(): number;
}

export type GlobalLane = 'main' | 'subagent';

type Admission = 'admitted' | 'sessionFull' | 'laneFull';

export interface LaneLimits {
  /** How many runs of a global lane may be active at once; read at each `take`, so a configuration change needs no restart. */
  readonly maxConcurrent: (lane: GlobalLane) => number;
  readonly maxWaitingPerSession: number;
  readonly maxWaiting: number;
}

const LANES: readonly GlobalLane[] = ['main', 'subagent'];

interface SessionLane {
  /** The run that holds the lane: running, or first in line for the global lane. */
  head: string | undefined;
  readonly waiting: Set<string>;
}

export function createLanes(limits: LaneLimits): Lanes {
  const sessions = new Map<string, SessionLane>();
  const sessionOf = new Map<string, string>();
  /** Heads of session lanes that wait for the global lane; a Set keeps their order and removes in constant time. */
  const ready = new Set<string>();
  const running = new Set<string>();
  const laneOf = (id: string): GlobalLane =>
    classifySessionKey(sessionOf.get(id) ?? '').subagent ? 'subagent' : 'main';
  const hasRoom = (lane: GlobalLane): boolean => {
    const active = [...running].filter((id) => laneOf(id) === lane).length;
    return active < Math.max(1, limits.maxConcurrent(lane));
  };

  const enqueue = (id: string, sessionKey: string): void => {
    const lane = sessions.get(sessionKey) ?? { head: undefined, waiting: new Set<string>() };
    sessions.set(sessionKey, lane);
    sessionOf.set(id, sessionKey);
    if (lane.head !== undefined) {
      lane.waiting.add(id);
      return;
    }
    lane.head = id;
    ready.add(id);
  };

  const leave = (id: string): void => {
    const sessionKey = sessionOf.get(id);
    const lane = sessionKey === undefined ? undefined : sessions.get(sessionKey);
    sessionOf.delete(id);
    if (sessionKey === undefined || lane === undefined) return;
    lane.waiting.delete(id);
    if (lane.head !== id) return;
    const [next] = lane.waiting;
    if (next === undefined) {
      sessions.delete(sessionKey);
      return;
    }
    lane.waiting.delete(next);
    lane.head = next;
    ready.add(next);
  };

  return {
    admit(id, sessionKey) {
      if (sessionOf.size - running.size >= limits.maxWaiting) return 'laneFull';
      const waiting = sessions.get(sessionKey)?.waiting.size ?? 0;
      if (waiting >= limits.maxWaitingPerSession) return 'sessionFull';
      enqueue(id, sessionKey);
      return 'admitted';
    },
    readmit: enqueue,
    take() {
      const open = LANES.filter(hasRoom);
      const id = open.length === 0 ? undefined : ready.values().find((next) => open.includes(laneOf(next)));
      if (id === undefined) return undefined;
      ready.delete(id);
      running.add(id);
      return id;
    },
    release(id) {
      if (running.delete(id)) leave(id);
    },
    withdraw(id) {
      if (running.has(id) || !sessionOf.has(id)) return false;
      ready.delete(id);
      leave(id);
      return true;
    },
    holder: (sessionKey) => sessions.get(sessionKey)?.head,
    waiting: () => sessionOf.size - running.size,
    running: () => running.size,
  };
}
