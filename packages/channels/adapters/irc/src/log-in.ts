import type { Client } from 'irc-framework';
import { closingError, LOGIN_REFUSALS, unreachable } from './errors.ts';
import { fallbackNick } from './nick-choice.ts';
import type { AccountSettings } from './settings.ts';

const NICK_TAKEN: readonly string[] = ['433', '436', '437'];

/**
 * Takes a client from its first byte to its channels (reference channels/irc.md, "Transport and login"): nick collisions,
 * NickServ, joins. Rejects with a ChannelError when the server refuses us or the connection ends before that.
 */
export function logIn(client: Client, account: AccountSettings): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { nickserv } = account;
  let isRegistered = false;
  let hasAskedForGhost = false;
  let collisions = 0;

  const onCollision = (): void => {
    if (nickserv.password !== undefined && !hasAskedForGhost) {
      hasAskedForGhost = true;
      client.raw('PRIVMSG', nickserv.service, `GHOST ${account.nick} ${nickserv.password}`);
      client.changeNick(account.nick);
      return;
    }
    collisions += 1;
    const nick = fallbackNick(account.nick, collisions);
    if (nick === undefined) reject(unreachable(`the nick ${account.nick} and its stand-ins are all in use`));
    else client.changeNick(nick);
  };

  client.use((_client, raw) => {
    raw.use((command, line, _raw, _self, next) => {
      if (!isRegistered && NICK_TAKEN.includes(command)) onCollision();
      else if (!isRegistered) {
        const refusal = command === 'ERROR' ? closingError : LOGIN_REFUSALS[command];
        if (refusal !== undefined) reject(refusal(line.params.at(-1) ?? command));
      }
      next();
    });
  });
  client.on('registered', () => {
    isRegistered = true;
    if (nickserv.password !== undefined && !client.network.cap.isEnabled('sasl')) {
      client.raw('PRIVMSG', nickserv.service, `IDENTIFY ${nickserv.password}`);
    }
    if (nickserv.password !== undefined && nickserv.registerEmail !== undefined) {
      client.raw('PRIVMSG', nickserv.service, `REGISTER ${nickserv.password} ${nickserv.registerEmail}`);
    }
    for (const channel of account.channels) client.join(channel);
    resolve();
  });
  client.on('socket close', (error) => {
    const why = error ? error.message : 'the server closed the connection before the login was through';
    reject(unreachable(why, error || undefined));
  });
  return promise;
}
