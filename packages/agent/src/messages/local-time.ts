import type { ConfigService } from '@chela/config';
import { createMessageStamp, usableTimeZone } from './message-stamp.ts';

/** The time zone in force and the stamp made with it; follows changes of the configuration. */
export interface LocalTime {
  zone(): string;
  stamp(text: string, now: number): string;
  /** E.g. `2026-02-17`. */
  day(now: number): string;
  /** The last midnight, in milliseconds since the epoch. */
  startOfDay(now: number): number;
}

interface ZoneInForce {
  readonly configured: string | undefined;
  readonly zone: string;
  readonly stamp: ReturnType<typeof createMessageStamp>;
}

/** Nothing is looked up before the first turn: the first use of the zone data costs a start 15 ms. */
export function createLocalTime(config: ConfigService, host: { readonly timeZone: string }): LocalTime {
  let known: ZoneInForce | undefined;
  const inForce = (): ZoneInForce => {
    const configured = config.current().agents?.defaults?.userTimezone;
    if (known && known.configured === configured) return known;
    const zone = configured === undefined ? host.timeZone : usableTimeZone(configured, host.timeZone);
    known = { configured, zone, stamp: createMessageStamp(zone) };
    return known;
  };
  return {
    zone: () => inForce().zone,
    stamp: (text, now) => inForce().stamp(text, now),
    day: (now) => new Intl.DateTimeFormat('en-CA', { timeZone: inForce().zone, dateStyle: 'short' }).format(now),
    startOfDay: (now) => now - timeOfDayMs(inForce().zone, now),
  };
}

/** Milliseconds since midnight as the clocks of a time zone show it. */
function timeOfDayMs(timeZone: string, now: number): number {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', timeStyle: 'medium' }).format(now);
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + (now % 1000);
}
