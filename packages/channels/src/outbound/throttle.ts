import type { Pace } from '../contract/facts.ts';

/**
 * Keeps messages to a vendor's pace (reference channels/telegram.md §4). It only says how long to wait; what it forgets
 * costs a message too early at most, and the vendor then says so.
 */
export interface Throttle {
  /** Milliseconds until a message may go to a chat; 0: now. */
  waitMs(account: string, to: string, pace: Pace | undefined): number;
  /** A message goes now. */
  take(account: string, to: string, pace: Pace | undefined): void;
}

/** Messages that may go now, and when that was true; they grow with time up to `burst`. */
interface Bucket {
  tokens: number;
  at: number;
}

interface Rule {
  readonly name: string;
  readonly perMs: number;
  readonly burst: number;
}

const KEPT_BUCKETS = 5_000;

export function createThrottle(now: () => number): Throttle {
  const buckets = new Map<string, Bucket>();

  function fill(rule: Rule): Bucket {
    const at = now();
    const before = buckets.get(rule.name) ?? { tokens: rule.burst, at };
    const tokens = Math.min(rule.burst, before.tokens + Math.max(0, at - before.at) * rule.perMs);
    return { tokens, at };
  }

  return {
    waitMs(account, to, pace) {
      const waits = rulesOf(account, to, pace).map((rule) => Math.max(0, 1 - fill(rule).tokens) / rule.perMs);
      return Math.ceil(Math.max(0, ...waits));
    },
    take(account, to, pace) {
      for (const rule of rulesOf(account, to, pace)) {
        const bucket = fill(rule);
        // The newest stand last, so that the first ones are those nobody used for longest.
        buckets.delete(rule.name);
        buckets.set(rule.name, { tokens: bucket.tokens - 1, at: bucket.at });
      }
      for (const name of buckets.keys()) {
        if (buckets.size <= KEPT_BUCKETS) break;
        buckets.delete(name);
      }
    },
  };
}

function rulesOf(account: string, to: string, pace: Pace | undefined): readonly Rule[] {
  if (pace === undefined) return [];
  const { perSecond, perChatSecond, perGroupMinute } = pace;
  const rules: Rule[] = [];
  if (perSecond !== undefined) rules.push({ name: account, perMs: perSecond / 1000, burst: perSecond });
  if (perChatSecond !== undefined) {
    const { messages, burst } = perChatSecond;
    rules.push({ name: `${account} chat ${to}`, perMs: messages / 1000, burst });
  }
  if (perGroupMinute !== undefined && to.startsWith(perGroupMinute.targetPrefix)) {
    const { messages } = perGroupMinute;
    rules.push({ name: `${account} group ${to}`, perMs: messages / 60_000, burst: messages });
  }
  return rules;
}
