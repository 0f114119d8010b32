const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MS;

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/;

/** Milliseconds of a duration like `15m`, `2h` or `45` (in the default unit); undefined when it is none. */
export function parseDurationMs(raw: string, defaultUnit: Unit): number | undefined {
  const match = DURATION.exec(raw.trim().toLowerCase());
  if (match === null) return undefined;
  const unit = isUnit(match[2]) ? match[2] : defaultUnit;
  return Math.round(Number(match[1]) * UNIT_MS[unit]);
}

function isUnit(text: string | undefined): text is Unit {
  return text !== undefined && text in UNIT_MS;
}
