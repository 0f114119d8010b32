/** An account that is open. Everything it starts ends with the port's signal or with `close`. */
import type { ChannelConnection, ConnectionEnd, ConnectionPort } from '@chela/channels/adapter';
import { type Api, createApi, type Self } from './api.ts';
import { toChannelError } from './errors.ts';
import { inboundMessage } from './inbound.ts';
import { outgoing } from './outbound.ts';
import type { AccountSettings } from './settings.ts';

/** Longer than the vendor lets a request for news wait. */
const SILENCE_MS = 120_000;

/** Resolves once the vendor knows us; messages flow from then on. Rejects with a ChannelError. */
export async function connect(settings: AccountSettings, port: ConnectionPort): Promise<ChannelConnection> {
  const closing = new AbortController();
  const signal = AbortSignal.any([port.signal, closing.signal]);
  const api = await createApi(settings);
  const self = await api.whoAmI(signal).catch((error: unknown) => {
    throw toChannelError(error);
  });
  const ended = listen(api, self, { ...port, signal });
  return {
    self,
    ended,
    silenceMs: SILENCE_MS,
    async send(address, part, attempt) {
      const message = outgoing(address, part, attempt.key);
      try {
        return { messageId: await api.send(message, attempt.signal), chatId: address.to };
      } catch (error) {
        throw toChannelError(error);
      }
    },
    async close() {
      closing.abort();
      await ended;
    },
  };
}

/** Takes what is new until the end. The vendor hears that a message was taken after the inbox has it, never before. */
async function listen(api: Api, self: Self, port: ConnectionPort): Promise<ConnectionEnd> {
  const { signal } = port;
  let cursor: string | undefined;
  try {
    while (!signal.aborted) {
      const news = await api.updates(cursor, signal);
      port.alive();
      for (const update of news.updates) {
        const message = inboundMessage(update, self);
        if (message !== undefined) await port.receive(message);
      }
      cursor = news.cursor;
    }
    return { kind: 'closed' };
  } catch (error) {
    if (signal.aborted) return { kind: 'closed' };
    const failure = toChannelError(error);
    if (failure.class === 'unauthorized') return { kind: 'revoked', reason: failure.message };
    return { kind: 'lost', error: failure };
  }
}
