import type { AccountInput } from '@chela/channels/adapter';

/** What a connection needs, read from settings, files and the environment. */
export interface AccountSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly nick: string;
  readonly username: string;
  readonly realname: string;
  readonly password: string | undefined;
  readonly nickserv: {
    readonly service: string;
    readonly password: string | undefined;
    /** The address to register the nick with, at every connect. */
    readonly registerEmail: string | undefined;
  };
  readonly channels: readonly string[];
}

const TLS_PORT = 6697;
const PLAIN_PORT = 6667;
const DEFAULT_SERVICE = 'NickServ';
const DEFAULT_USERNAME = 'openclaw';
const DEFAULT_REALNAME = 'OpenClaw';

/** Reads an account; a text says what is missing (reference channels/irc.md, "Config"). */
export async function readSettings(input: AccountInput): Promise<AccountSettings | string> {
  const { settings, readSecretFile } = input;
  const env = input.accountId === 'default' ? input.env : {};
  const host = text(settings.host) ?? text(env.IRC_HOST);
  const nick = text(settings.nick) ?? text(env.IRC_NICK);
  if (host === undefined || nick === undefined) return 'host and nick are required';
  const tls = typeof settings.tls === 'boolean' ? settings.tls : (flag(env.IRC_TLS) ?? true);
  const nickserv = nickservOf(input);
  const usesNickserv = nickserv.enabled !== false;
  const fromFile = async (path: unknown): Promise<string | undefined> =>
    typeof path === 'string' ? readSecretFile(path) : undefined;
  const nickservPassword =
    text(nickserv.password) ?? text(env.IRC_NICKSERV_PASSWORD) ?? (await fromFile(nickserv.passwordFile));
  const registerEmail = text(nickserv.registerEmail) ?? text(env.IRC_NICKSERV_REGISTER_EMAIL);
  return {
    host,
    nick,
    tls,
    port: port(settings.port) ?? port(env.IRC_PORT) ?? (tls ? TLS_PORT : PLAIN_PORT),
    username: text(settings.username) ?? text(env.IRC_USERNAME) ?? (nick || DEFAULT_USERNAME),
    realname: text(settings.realname) ?? text(env.IRC_REALNAME) ?? DEFAULT_REALNAME,
    password: text(env.IRC_PASSWORD) ?? (await fromFile(settings.passwordFile)) ?? text(settings.password),
    nickserv: {
      service: text(nickserv.service) ?? DEFAULT_SERVICE,
      password: usesNickserv ? nickservPassword : undefined,
      registerEmail: usesNickserv && nickserv.register === true ? registerEmail : undefined,
    },
    channels: Array.isArray(settings.channels)
      ? settings.channels.map(String)
      : (env.IRC_CHANNELS ?? '').split(/[\n,;]/).flatMap((name) => text(name) ?? []),
  };
}

/** Where the password of the server comes from, in the order in which it is looked for. */
export function passwordSource(input: Pick<AccountInput, 'accountId' | 'settings' | 'env'>): string {
  if (input.accountId === 'default' && text(input.env.IRC_PASSWORD) !== undefined) return 'env';
  if (text(input.settings.passwordFile) !== undefined) return 'passwordFile';
  return text(input.settings.password) === undefined ? 'none' : 'config';
}

/** An account's words on NickServ over those of the section, key by key. */
export function nickservOf({
  section,
  settings,
}: Pick<AccountInput, 'section' | 'settings'>): Readonly<Record<string, unknown>> {
  return { ...record(section?.nickserv), ...record(settings.nickserv) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function port(value: unknown): number | undefined {
  const number = Number(value);
  return value !== undefined && Number.isInteger(number) && number >= 1 && number <= 65_535 ? number : undefined;
}

function flag(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : /^(true|1|yes|on)$/i.test(value.trim());
}
