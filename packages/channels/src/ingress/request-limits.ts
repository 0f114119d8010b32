import type { Clock } from '@chela/observability';
import { IngressRefusal } from './ingress-refusal.ts';

const WINDOW_MS = 60_000;
/** Of one address to one path within a window. */
const REQUESTS_LIMIT = 1_200;
/** Refused requests of one address within a window; more of them are guesses. */
const REFUSALS_LIMIT = 30;
const KEYS_LIMIT = 10_000;
const IN_FLIGHT_LIMIT = 128;
const MS_PER_SECOND = 1_000;

/** Keeps a flood of requests away from bodies and signatures. */
export interface RequestLimits {
  /** Throws a refusal with 429 or 503. The returned function ends the request. */
  enter(address: string, path: string): () => void;
  refused(address: string): void;
}

export function createRequestLimits(clock: Clock): RequestLimits {
  let counts = new Map<string, number>();
  let windowEnd = 0;
  let inFlight = 0;

  function count(key: string, by: number): number {
    const now = clock.now();
    if (now >= windowEnd) {
      counts = new Map();
      windowEnd = now + WINDOW_MS;
    }
    const next = (counts.get(key) ?? 0) + by;
    if (counts.has(key) || counts.size < KEYS_LIMIT) counts.set(key, next);
    return next;
  }

  return {
    enter(address, path) {
      const retryAfterSeconds = (): number => Math.max(1, Math.ceil((windowEnd - clock.now()) / MS_PER_SECOND));
      const isFlood = count(`all ${address} ${path}`, 1) > REQUESTS_LIMIT;
      if (isFlood || count(`bad ${address}`, 0) >= REFUSALS_LIMIT) {
        throw new IngressRefusal(429, 'Too Many Requests', { retryAfterSeconds: retryAfterSeconds() });
      }
      if (inFlight >= IN_FLIGHT_LIMIT) throw new IngressRefusal(503, 'Service Unavailable', { retryAfterSeconds: 1 });
      inFlight += 1;
      return () => {
        inFlight -= 1;
      };
    },
    refused: (address) => void count(`bad ${address}`, 1),
  };
}
