import type { ConfigService } from '@chela/config';
import { createMessageStamp, usableTimeZone } from './message-stamp.ts';

/** The time zone in force and the stamp made with it; follows changes of the configuration. */
export interface LocalTime {
  zone(): string;
  stamp(text: string, now: number): string;
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
  };
}
