/** A number with one of the units, or without one. Whether `1h30m` counts is up to the readers of the value: it does not. */
export function isDuration(source: string, units: readonly string[]): boolean {
  const match = /^(\d+(?:\.\d+)?)([a-z]+)?$/.exec(source.trim().toLowerCase());
  if (match === null) return false;
  return match[2] === undefined || units.includes(match[2]);
}

/** A number with `b`, `kb`, `mb`, `gb`, `tb` or their first letters, or without a unit. */
export function isByteSize(source: string): boolean {
  return /^\d+(?:\.\d+)?(?:b|kb?|mb?|gb?|tb?)?$/.test(source.trim().toLowerCase());
}
