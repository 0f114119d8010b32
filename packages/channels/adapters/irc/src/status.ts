import type { AccountSettings } from './settings.ts';

/** Logs in beside the running connection, under a nick of its own, and leaves; `latencyMs` is the time to the welcome. */
export async function probe(
  account: AccountSettings,
  timeoutMs: number,
): Promise<Readonly<Record<string, unknown>> & { readonly ok: boolean }> {
  const [{ openClient }, { logIn }] = await Promise.all([import('./open-client.ts'), import('./log-in.ts')]);
  const visitor = {
    ...account,
    nick: `${account.nick.slice(0, 20)}${process.pid % 10_000}`,
    nickserv: { ...account.nickserv, password: undefined, registerEmail: undefined },
    channels: [],
  };
  const { host, port, tls, nick } = account;
  const asked = { host, port, tls, nick };
  const startedAt = performance.now();
  let welcome: Promise<void> = Promise.resolve();
  const client = await openClient(visitor, (opened) => {
    welcome = logIn(opened, visitor);
  });
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no welcome within ${timeoutMs} ms`)), timeoutMs);
  try {
    await Promise.race([welcome, late]);
    return { ok: true, ...asked, latencyMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    return { ok: false, ...asked, error: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
    client.removeAllListeners();
    client.quit('probe');
  }
}
