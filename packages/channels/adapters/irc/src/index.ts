import { type AccountInput, type AccountReading, type ChannelIssue, defineChannel } from '@chela/channels/adapter';
import { readIrcAccount } from './account.ts';
import { allowlist } from './allowlist.ts';
import configSchema from './config-schema.json' with { type: 'json' };
import { facts } from './facts.ts';
import { targets } from './targets.ts';

async function readAccount(input: AccountInput): Promise<AccountReading> {
  const account = await readIrcAccount(input);
  if (typeof account === 'string') return { state: 'unconfigured', reason: account, shown: {} };
  const { host, port, nick, tls, channels } = account;
  const shown = { host, port, tls, nick, channels, mode: tls ? 'tls' : 'plain' };
  return {
    state: 'ready',
    identity: `${host}:${port}/${nick}`,
    secrets: [account.password, account.nickserv.password].filter((secret) => secret !== undefined),
    shown,
    connect: async (port) => (await import('./connection.ts')).connectIrc(account, port),
    probe: async (timeoutMs) => (await import('./probe.ts')).probeIrc(account, timeoutMs),
  };
}

/** What an operator should mend, from the settings alone (reference channels/irc.md, "Config"). */
function issues({ settings }: AccountInput): readonly ChannelIssue[] {
  const nickserv: object = typeof settings.nickserv === 'object' && settings.nickserv !== null ? settings.nickserv : {};
  const registers = 'register' in nickserv && nickserv.register === true;
  const hasPassword = 'password' in nickserv || 'passwordFile' in nickserv;
  return [
    ...(settings.tls === false
      ? [
          {
            kind: 'config',
            message: 'TLS is off: passwords and messages travel readable',
            fix: 'Set tls to true.',
          } as const,
        ]
      : []),
    ...(settings.groupPolicy === 'open'
      ? [{ kind: 'config', message: 'groupPolicy is open: everybody in its channels may talk to the agent' } as const]
      : []),
    ...(registers
      ? [
          {
            kind: 'config',
            message: 'nickserv.register is on: the nick is registered at every connect',
            fix: 'Switch it off once the nick is yours.',
          } as const,
        ]
      : []),
    ...(registers && !hasPassword
      ? [{ kind: 'config', message: 'nickserv.register is on but there is no nickserv.password' } as const]
      : []),
  ];
}

/** Messages go to the nick of nick!user@host. */
const pairingTarget = (id: string): string => id.replace(/!.*$/, '');

export default defineChannel({ facts, configSchema, targets, allowlist, pairingTarget, readAccount, issues });
