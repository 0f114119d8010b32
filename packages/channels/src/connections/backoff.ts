const FIRST_MS = 1_000;
const BASE_MS = 5_000;
const CAP_MS = 300_000;
const JITTER = 0.1;

/**
 * The pause before the nth try in a row: one second after a first loss, then 5 s doubling up to 5 minutes, each up to a
 * tenth longer so that accounts do not come back in step (reference channels/framework.md §3). `jitter` is from 0 to 1.
 */
export function backoffMs(failures: number, jitter: number): number {
  const base = failures <= 1 ? FIRST_MS : Math.min(BASE_MS * 2 ** (failures - 2), CAP_MS);
  return Math.min(Math.round(base * (1 + JITTER * jitter)), CAP_MS);
}
