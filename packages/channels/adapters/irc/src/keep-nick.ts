import type { Clock } from '@chela/channels/adapter';
import type { Client } from 'irc-framework';
import { isSameNick } from './inbound.ts';

const RETRY_MS = 60_000;

/** Takes the wanted nick back once it is free again: after a crash our own ghost holds it for a while. */
export function keepNick(client: Client, wanted: string, clock: Clock): () => void {
  let cancel = (): void => undefined;
  const tryAgain = (): void => {
    if (!isSameNick(client.user.nick, wanted)) client.changeNick(wanted);
    cancel = clock.after(RETRY_MS, tryAgain);
  };
  cancel = clock.after(RETRY_MS, tryAgain);
  return () => cancel();
}
