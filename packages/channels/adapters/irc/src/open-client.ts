import type { Client, ConnectOptions } from 'irc-framework';
import type { AccountSettings } from './settings.ts';

/** The library notices a dead line by itself: a ping each half minute, and two minutes without a byte. */
const PING_INTERVAL_S = 30;
const PING_TIMEOUT_S = 120;

/** A client of the library that is on its way to the server. The library is loaded here, on first use. */
export async function openClient(account: AccountSettings, prepare: (client: Client) => void): Promise<Client> {
  const [library, { BoundedTransport }] = await Promise.all([
    import('irc-framework'),
    import('./bounded-transport.ts'),
  ]);
  const client = new library.Client();
  const { nickserv } = account;
  const options: ConnectOptions = {
    host: account.host,
    port: account.port,
    tls: account.tls,
    rejectUnauthorized: true,
    nick: account.nick,
    username: account.username,
    gecos: account.realname,
    ...(account.password !== undefined && { password: account.password }),
    // Used where the server offers SASL; elsewhere NickServ is told the password.
    ...(nickserv.password !== undefined && { account: { account: account.nick, password: nickserv.password } }),
    version: 'Chela',
    // Where the server offers it, our own lines come back with their ids (send-lines.ts).
    enable_echomessage: true,
    auto_reconnect: false,
    ping_interval: PING_INTERVAL_S,
    ping_timeout: PING_TIMEOUT_S,
    transport: BoundedTransport,
  };
  prepare(client);
  client.connect(options);
  return client;
}
