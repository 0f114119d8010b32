const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** An age for people: `just now`, `5m ago`, `3h ago`, `2d ago`. */
export function formatAge(ageMs: number): string {
  if (ageMs < MINUTE_MS) return 'just now';
  if (ageMs < HOUR_MS) return `${Math.round(ageMs / MINUTE_MS)}m ago`;
  if (ageMs < 2 * DAY_MS) return `${Math.round(ageMs / HOUR_MS)}h ago`;
  return `${Math.round(ageMs / DAY_MS)}d ago`;
}

/** A token count in thousands: `0.0k`, `12.3k`, `200k`. */
export function formatTokens(count: number): string {
  const thousands = count / 1000;
  return thousands >= 100 ? `${Math.round(thousands)}k` : `${thousands.toFixed(1)}k`;
}

/** Replaces the home directory at the start of a path by `~`. */
export function tildePath(path: string, home: string): string {
  if (path === home) return '~';
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
