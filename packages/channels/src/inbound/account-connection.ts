import type { Clock } from '@chela/observability';
import type { ChannelConnection } from '../contract/connection.ts';
import type { AccountName, Connections } from '../kernel.ts';
import { pause } from './pause.ts';

const PAUSE_MS = 1_000;
const TRIES = 60;

/** After a start, files can be had once their account is connected again; that is waited for, but not for ever. */
export async function connectionOf(
  deps: { readonly connections: Pick<Connections, 'get'>; readonly clock: Clock; readonly signal: AbortSignal },
  account: AccountName,
): Promise<ChannelConnection | undefined> {
  const { connections, clock, signal } = deps;
  for (let tries = 0; tries < TRIES && connections.get(account) === undefined; tries += 1) {
    await pause(clock, PAUSE_MS, signal);
    signal.throwIfAborted();
  }
  return connections.get(account);
}
