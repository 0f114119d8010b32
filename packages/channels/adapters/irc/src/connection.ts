import { randomUUID } from 'node:crypto';
import type { ChannelConnection, ConnectionEnd, ConnectionPort } from '@chela/channels/adapter';
import type { Client, MessageEvent } from 'irc-framework';
import { createChannelRoster } from './channel-roster.ts';
import { unreachable } from './errors.ts';
import { inboundMessage } from './inbound.ts';
import { keepNick } from './keep-nick.ts';
import { logIn } from './log-in.ts';
import { openClient } from './open-client.ts';
import { lineBudget, linesOf } from './outbound.ts';
import { createPace } from './pace.ts';
import { createLineSender, type LineSender } from './send-lines.ts';
import type { AccountSettings } from './settings.ts';

const LOGIN_TIMEOUT_MS = 15_000;
/** Time for the QUIT to leave before the socket is torn down. */
const QUIT_TIMEOUT_MS = 2_000;
/** What the server may make of our host before it told us: the longest name it could write. */
const UNKNOWN_HOST = 'h'.repeat(63);

/** Opens an account: connected, logged in, in its channels (reference channels/irc.md). */
export async function connect(account: AccountSettings, port: ConnectionPort): Promise<ChannelConnection> {
  const { clock, logger, signal } = port;
  const roster = createChannelRoster();
  const end = Promise.withResolvers<ConnectionEnd>();
  const closed = Promise.withResolvers<void>();
  let sender: LineSender | undefined;
  let isClosing = false;
  let welcome: Promise<void> = Promise.resolve();

  const receive = (type: 'privmsg' | 'action', event: MessageEvent): void => {
    if (event.from_server) return;
    const message = inboundMessage(
      {
        type,
        nick: event.nick,
        user: event.ident,
        host: event.hostname,
        target: event.target,
        text: event.message,
        ...(event.account && { account: event.account }),
        ...(event.tags.msgid && { id: event.tags.msgid }),
        ...(event.time !== undefined && { at: event.time }),
      },
      { ownNick: client.user.nick, now: clock.now(), newId: randomUUID },
    );
    if (message === undefined) return;
    // IRC has no way to ask for a message again: what cannot be written is lost, and the log says so.
    port.receive(message).catch((error: unknown) => logger.error('a message could not be kept', { error }));
  };

  const prepare = (opened: Client): void => {
    opened.use((_client, raw) => {
      raw.use((_command, line, _raw, _self, next) => {
        sender?.onLine(line);
        roster.onLine(line, opened.user.nick);
        next();
      });
    });
    opened.on('raw', ({ from_server: isIncoming }) => isIncoming && port.alive());
    opened.on('privmsg', (event) => receive('privmsg', event));
    opened.on('action', (event) => receive('action', event));
    opened.on('socket close', (error) => {
      sender?.onLost();
      closed.resolve();
      const why = error ? error.message : 'the server closed the connection';
      end.resolve(isClosing ? { kind: 'closed' } : { kind: 'lost', error: unreachable(why, error || undefined) });
    });
    welcome = logIn(opened, account);
  };
  const client = await openClient(account, prepare);
  const tearDown = (): void => {
    isClosing = true;
    client.connection.end(null, true);
  };
  signal.addEventListener('abort', tearDown, { once: true });
  const late = Promise.withResolvers<never>();
  const cancelLate = clock.after(LOGIN_TIMEOUT_MS, () =>
    late.reject(unreachable('the server did not welcome us in time')),
  );
  try {
    await Promise.race([welcome, late.promise]);
    signal.throwIfAborted();
  } catch (error) {
    tearDown();
    throw error;
  } finally {
    cancelLate();
  }
  const lines = createLineSender(client, createPace(clock));
  sender = lines;
  const letNickGo = keepNick(client, account.nick, clock);
  void end.promise.then(letNickGo);

  return {
    get self() {
      const { nick } = client.user;
      return { id: nick, name: nick };
    },
    ended: end.promise,
    async send(address, part, attempt) {
      const { nick, username, host } = client.user;
      const mask = `${nick}!~${username}@${host || UNKNOWN_HOST}`;
      const id = await lines.send(address.to, linesOf(part, lineBudget(mask, address.to)), attempt.signal);
      return { messageId: id ?? randomUUID(), chatId: address.to };
    },
    async directory(kind, { text, groupId, limit }) {
      const { nick } = client.user;
      if (kind === 'self') return [{ kind: 'user', id: nick, name: nick }];
      const people = kind === 'members' ? roster.members(groupId ?? '') : roster.people();
      const names = kind === 'groups' ? roster.channels() : people.filter((name) => name !== nick);
      return names
        .filter((name) => text === undefined || name.toLowerCase().includes(text.toLowerCase()))
        .slice(0, limit)
        .map((name) => ({ kind: kind === 'groups' ? 'group' : 'user', id: name, name }) as const);
    },
    async close() {
      isClosing = true;
      client.quit('shutdown');
      const cancel = clock.after(QUIT_TIMEOUT_MS, tearDown);
      await closed.promise;
      cancel();
      signal.removeEventListener('abort', tearDown);
      client.removeAllListeners();
    },
  };
}
