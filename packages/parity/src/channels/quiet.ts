import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 25;

/** Resolves once a count has stood still for `quietMs`. */
export async function quiet(count: () => number, quietMs: number): Promise<void> {
  let last = count();
  let since = Date.now();
  while (Date.now() - since < quietMs) {
    await sleep(LOOK_EVERY_MS);
    const now = count();
    if (now === last) continue;
    last = now;
    since = Date.now();
  }
}
