import { parseDurationMs } from '@chela/agent';

/** Durations and byte sizes as settings write them (golden schedule-duration). Pure. Both throw for anything else. */

const KIB = 1024;
const UNIT_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  k: KIB,
  kb: KIB,
  m: KIB ** 2,
  mb: KIB ** 2,
  g: KIB ** 3,
  gb: KIB ** 3,
  t: KIB ** 4,
  tb: KIB ** 4,
};

/** Milliseconds of `30m`, `1.5h` or a plain number in the default unit. */
export function parseDuration(raw: string, defaultUnit: 'ms' | 's' | 'm' | 'h' | 'd' = 'ms'): number {
  if (raw.trim() === '') throw new Error('invalid duration (empty)');
  const duration = parseDurationMs(raw, defaultUnit);
  if (duration === undefined) throw new Error(`invalid duration: ${raw}`);
  return duration;
}

/** Bytes of `10`, `1.5MB` or `2g`. */
export function parseByteSize(raw: string): number {
  const text = raw.trim().toLowerCase();
  if (text === '') throw new Error('invalid byte size (empty)');
  const match = /^(\d+(?:\.\d+)?)([a-z]+)?$/.exec(text);
  if (match === null) throw new Error(`invalid byte size: ${raw}`);
  const unit = UNIT_BYTES[match[2] ?? 'b'];
  if (unit === undefined) throw new Error(`invalid byte size unit: ${raw}`);
  return Math.round(Number(match[1]) * unit);
}
