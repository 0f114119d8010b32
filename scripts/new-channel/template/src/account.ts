import type { AccountInput, AccountReading } from '@chela/channels/adapter';
import { readSettings } from './settings.ts';

/** Reads an account from its settings. Nothing is opened, and the vendor's library is not loaded. */
export async function readAccount(input: AccountInput): Promise<AccountReading> {
  const settings = await readSettings(input);
  if (typeof settings === 'string') return { state: 'unconfigured', reason: settings, shown: {} };
  return {
    state: 'ready',
    identity: settings.token,
    secrets: [settings.token],
    shown: { mode: 'polling' },
    connect: async (port) => (await import('./connection.ts')).connect(settings, port),
    probe: async (timeoutMs) => (await import('./status.ts')).probe(settings, timeoutMs),
  };
}
