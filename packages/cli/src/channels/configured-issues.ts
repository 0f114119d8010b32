import type { ChannelIssue } from '@chela/channels';
import type { ChannelDesk } from './channel-desk.ts';

export interface ConfiguredIssue extends ChannelIssue {
  readonly channel: string;
  readonly label: string;
  readonly accountId: string;
}

/** What the settings of switched-on accounts alone say should be mended; no service is asked. */
export async function configuredIssues(desk: ChannelDesk): Promise<readonly ConfiguredIssue[]> {
  return (await desk.configured()).flatMap(({ facts: { id: channel, label }, issues }) =>
    desk.accounts(channel).flatMap((accountId) => {
      if (!desk.isEnabled(channel, accountId)) return [];
      const found = issues?.(desk.input(channel, accountId), undefined) ?? [];
      return found.map((issue) => ({ ...issue, channel, label, accountId }));
    }),
  );
}
