import type { ConfigService } from '@chela/config';
import { createMessageStamp, usableTimeZone } from './message-stamp.ts';

/** The time zone in force and the stamp made with it; follows changes of the configuration. */
export interface LocalTime {
  zone(): string;
  stamp(text: string, now: number): string;
}

export function createLocalTime(config: ConfigService, hostTimeZone: string): LocalTime {
  let configured: string | undefined;
  let zone = hostTimeZone;
  let stamp = createMessageStamp(zone);
  const refresh = (): void => {
    const next = config.current().agents?.defaults?.userTimezone;
    if (next === configured) return;
    configured = next;
    zone = usableTimeZone(next, hostTimeZone);
    stamp = createMessageStamp(zone);
  };
  return {
    zone() {
      refresh();
      return zone;
    },
    stamp(text, now) {
      refresh();
      return stamp(text, now);
    },
  };
}
