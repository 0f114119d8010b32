import type { ChannelAdapter } from '@chela/channels/adapter';

/** What an operator should mend, from the settings alone and from a probe's result when there is one. */
export const issues: NonNullable<ChannelAdapter['issues']> = ({ settings }) =>
  settings.groupPolicy === 'open'
    ? [{ kind: 'config', message: 'groupPolicy is open: everybody in its groups may talk to the agent' }]
    : [];
