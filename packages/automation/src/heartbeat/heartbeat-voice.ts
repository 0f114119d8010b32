import type { RunOutcome } from '@chela/agent';
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
  /** Undefined when there is no channel to tell. The same run says the same once, whoever asks and however often. */
  say(
    run: { readonly agentId: string; readonly runId: string },
    settings: HeartbeatSettings,
    content: AlertContent,
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
    async say({ agentId, runId }, settings, content) {
      const target = await targetOf(agentId, settings);
      if (target === undefined) return undefined;
      const { to, accountId } = settings;
      // Without a recipient of its own it goes where the last message came from, with its account and its topic.
      const place = { ...(to !== undefined && { to }), ...(accountId !== undefined && { accountId }) };
      const key = `heartbeat:${runId}`;
      const sent = await announcer.announce({ key, agentId, channel: target.channel, ...place, ...content });
      return { ...sent, ...place };
    },
  };
}

/** What a heartbeat has to say is its last message. */
export function contentOf({ payloads }: RunOutcome): AlertContent {
  const last = payloads.at(-1);
  return { text: last?.text ?? '', mediaUrls: last?.mediaUrls ?? [] };
}
