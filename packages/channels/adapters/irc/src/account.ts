import type { AccountInput, AccountReading } from '@chela/channels/adapter';
import { readSettings } from './settings.ts';

/** Reads an account from its settings (reference channels/irc.md, "Config"). The client library is not loaded. */
export async function readAccount(input: AccountInput): Promise<AccountReading> {
  const settings = await readSettings(input);
  if (typeof settings === 'string') return { state: 'unconfigured', reason: settings, shown: {} };
  const { host, port, nick, tls, channels } = settings;
  return {
    state: 'ready',
    identity: `${host}:${port}/${nick}`,
    secrets: [settings.password, settings.nickserv.password].filter((secret) => secret !== undefined),
    shown: { host, port, tls, nick, channels, mode: tls ? 'tls' : 'plain' },
    connect: async (connectionPort) => (await import('./connection.ts')).connect(settings, connectionPort),
    probe: async (timeoutMs) => (await import('./status.ts')).probe(settings, timeoutMs),
  };
}
