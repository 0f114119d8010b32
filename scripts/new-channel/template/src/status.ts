import { createApi } from './api.ts';
import { toChannelError } from './errors.ts';
import type { AccountSettings } from './settings.ts';

/** Asks the vendor who we are, without a connection. */
export async function probe(settings: AccountSettings, timeoutMs: number) {
  const startedAt = performance.now();
  try {
    const api = await createApi(settings);
    const { id, name } = await api.whoAmI(AbortSignal.timeout(timeoutMs));
    return { ok: true, id, name, elapsedMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    return { ok: false, error: toChannelError(error).message };
  }
}
