import { newsOfHeartbeat, type ReplyPayload, type RunOutcome } from '@chela/agent';
import type { ConfigService } from '@chela/config';
import type { Announcer } from '../announcer.ts';
import type { HeartbeatNews } from './heartbeat.ts';
import type { HeartbeatSettings } from './heartbeat-settings.ts';
import { type HeartbeatVisibility, heartbeatVisibility } from './heartbeat-visibility.ts';

export interface AlertContent {
  readonly text: string;
  readonly mediaUrls: readonly string[];
  /** As in an announcement. */
  readonly waitMs?: number;
}

/** Where heartbeats are heard. */
export interface HeartbeatVoice {
  shows(agentId: string, settings: HeartbeatSettings): Promise<HeartbeatVisibility>;
  /**
   * Says each of `contents` in a message of its own. Undefined when there is no channel to tell. The same run says the same
   * once, whoever asks and however often.
   */
  say(
    run: { readonly agentId: string; readonly runId: string },
    settings: HeartbeatSettings,
    contents: readonly AlertContent[],
  ): Promise<Pick<HeartbeatNews, 'channel' | 'to' | 'accountId'> | undefined>;
}

export function createHeartbeatVoice({
  config,
  announcer,
}: {
  readonly config: Pick<ConfigService, 'current'>;
  readonly announcer: Announcer;
}): HeartbeatVoice {
  const targetOf = (agentId: string, { target: channel }: HeartbeatSettings) => announcer.target({ agentId, channel });
  return {
    async shows(agentId, settings) {
      const target = await targetOf(agentId, settings);
      return heartbeatVisibility(config.current(), target?.channel, settings.accountId ?? target?.accountId);
    },
    async say({ agentId, runId }, settings, contents) {
      const target = await targetOf(agentId, settings);
      if (target === undefined) return undefined;
      const { to, accountId } = settings;
      // Without a recipient of its own it goes where the last message came from, with its account and its topic.
      const place = { ...(to !== undefined && { to }), ...(accountId !== undefined && { accountId }) };
      const said = { agentId, channel: target.channel, ...place };
      let sent: Awaited<ReturnType<Announcer['announce']>> | undefined;
      for (const [index, content] of contents.entries()) {
        const key = index === 0 ? `heartbeat:${runId}` : `heartbeat:${runId}:${index}`;
        sent = await announcer.announce({ key, ...said, ...content });
      }
      return sent && { ...sent, ...place };
    },
  };
}

/** What a heartbeat tells: what the model thought where that is asked for, then its news. */
export const contentsOf = ({ payloads }: RunOutcome): readonly AlertContent[] => [
  ...asidesOf({ payloads }),
  ...newsOfHeartbeat(payloads).map(contentOf),
];

export const asidesOf = ({ payloads }: Pick<RunOutcome, 'payloads'>): readonly AlertContent[] =>
  payloads.filter(({ delivery }) => delivery?.isAside === true).map(contentOf);

const contentOf = ({ text, mediaUrls = [] }: ReplyPayload): AlertContent => ({ text, mediaUrls });
