import type { Config } from '@chela/config';
import { isRecord } from '../messages/content-parts.ts';
import { parseDurationMs } from '../schedule/duration.ts';

/** `session.maintenance`: which sessions are put away (reference agent/sessions.md §3, config/keys.json). Pure. */
export interface MaintenanceSettings {
  /** `warn`: it is only said what would go. */
  readonly mode: 'warn' | 'enforce';
  /** Sessions that were not used for this long go. */
  readonly pruneAfterMs: number;
  /** Sessions an agent keeps; those used longest ago go first. */
  readonly maxEntries: number;
}

const DAY_MS = 86_400_000;
const PRUNE_AFTER_DAYS = 30;
const MAX_ENTRIES = 500;
const ROTATE_BYTES = 10_485_760;
/** Each is 1024 times the one before. */
const SIZE_UNITS = 'bkmgt';

export function maintenanceSettings(config: Config): MaintenanceSettings {
  const given = config.session?.maintenance;
  const { mode, pruneAfter, pruneDays, maxEntries }: Readonly<Record<string, unknown>> = isRecord(given) ? given : {};
  const days = typeof pruneDays === 'number' && pruneDays > 0 ? pruneDays : PRUNE_AFTER_DAYS;
  const after =
    typeof pruneAfter === 'string' || typeof pruneAfter === 'number'
      ? parseDurationMs(String(pruneAfter), 'd')
      : undefined;
  return {
    mode: mode === 'enforce' ? 'enforce' : 'warn',
    pruneAfterMs: after ?? days * DAY_MS,
    maxEntries: typeof maxEntries === 'number' && maxEntries > 0 ? Math.floor(maxEntries) : MAX_ENTRIES,
  };
}

/** `rotateBytes`: the size beyond which a `sessions.json` leaves a copy; undefined in mode `warn`, which changes nothing. */
export function rotateBytesOf(config: Config): number | undefined {
  const given = config.session?.maintenance;
  if (!isRecord(given) || given.mode !== 'enforce') return undefined;
  const { rotateBytes } = given;
  const match = /^(\d+(?:\.\d+)?)([bkmgt])?b?$/.exec(
    String(rotateBytes ?? '')
      .trim()
      .toLowerCase(),
  );
  if (match === null) return ROTATE_BYTES;
  return Math.floor(Number(match[1]) * 1_024 ** SIZE_UNITS.indexOf(match[2] ?? 'b'));
}
