/** Channels that the contract has built in, in its order (reference channels/framework.md §1). */
export const CORE_CHANNEL_IDS = [
  'telegram',
  'whatsapp',
  'discord',
  'irc',
  'googlechat',
  'slack',
  'signal',
  'imessage',
] as const;

/** Channels of the contract that come as plugins. */
export const PLUGIN_CHANNEL_IDS = [
  'bluebubbles',
  'msteams',
  'mattermost',
  'nextcloud-talk',
  'feishu',
  'zalo',
  'zalouser',
  'line',
  'matrix',
  'nostr',
  'tlon',
  'twitch',
] as const;
