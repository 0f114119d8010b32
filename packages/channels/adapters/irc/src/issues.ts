import type { ChannelAdapter, ChannelIssue } from '@chela/channels/adapter';
import { nickservOf } from './settings.ts';

const PLAIN: ChannelIssue = {
  kind: 'config',
  message: 'TLS is off: passwords and messages travel readable',
  fix: 'Set tls to true.',
};
const OPEN: ChannelIssue = {
  kind: 'config',
  message: 'groupPolicy is open: everybody in its channels may talk to the agent',
};
const REGISTERS: ChannelIssue = {
  kind: 'config',
  message: 'nickserv.register is on: the nick is registered at every connect',
  fix: 'Switch it off once the nick is yours.',
};
const NO_PASSWORD: ChannelIssue = {
  kind: 'config',
  message: 'nickserv.register is on but there is no nickserv.password',
};

/** What an operator should mend, from the settings alone (reference channels/irc.md, "Config"). */
export const issues: NonNullable<ChannelAdapter['issues']> = (input) => {
  const { settings } = input;
  const nickserv = nickservOf(input);
  const registers = nickserv.enabled !== false && nickserv.register === true;
  const hasPassword = 'password' in nickserv || 'passwordFile' in nickserv;
  return [
    ...(settings.tls === false ? [PLAIN] : []),
    ...(settings.groupPolicy === 'open' ? [OPEN] : []),
    ...(registers ? [REGISTERS] : []),
    ...(registers && !hasPassword ? [NO_PASSWORD] : []),
  ];
};
