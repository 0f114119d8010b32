import { isJsonObject, type JsonObject, objectAt, text } from '../json-object.ts';
import type { CrossFieldRule } from './check-structure.ts';

/** `dmPolicy: "open"` must be meant: the list of allowed senders has to say `"*"`. */
export function openDmRule(policyKey: string, requirement: string): CrossFieldRule {
  return (value, report) => {
    if (!isJsonObject(value) || value.dmPolicy !== 'open' || includesEverybody(value.allowFrom)) return;
    report(['allowFrom'], `${policyKey}="open" requires ${requirement} to include "*"`);
  };
}

/** Discord and Slack: policy and list may also stand in the older `dm` object. */
export function openDmWithFallbackRule(channel: string): CrossFieldRule {
  return (value, report) => {
    if (!isJsonObject(value)) return;
    const dm = objectAt(value, 'dm');
    const policy = value.dmPolicy ?? dm?.policy;
    if (policy !== 'open' || includesEverybody(value.allowFrom ?? dm?.allowFrom)) return;
    report(
      value.allowFrom === undefined ? ['dm', 'allowFrom'] : ['allowFrom'],
      `channels.${channel}.dmPolicy="open" requires channels.${channel}.allowFrom (or channels.${channel}.dm.allowFrom) to include "*"`,
    );
  };
}

/** Google Chat has policy and list in `dm` only. */
export const googleChatDmRule: CrossFieldRule = (value, report) => {
  if (!isJsonObject(value) || value.policy !== 'open' || includesEverybody(value.allowFrom)) return;
  report(
    ['allowFrom'],
    'channels.googlechat.dm.policy="open" requires channels.googlechat.dm.allowFrom to include "*"',
  );
};

export const telegramWebhookRule: CrossFieldRule = (value, report) => {
  if (!isJsonObject(value)) return;
  const shared = text(value.webhookSecret);
  if (text(value.webhookUrl) !== undefined && shared === undefined) {
    report(['webhookSecret'], 'channels.telegram.webhookUrl requires channels.telegram.webhookSecret');
  }
  for (const [id, account] of enabledAccounts(value)) {
    if (text(account.webhookUrl) === undefined || (text(account.webhookSecret) ?? shared) !== undefined) continue;
    report(
      ['accounts', id, 'webhookSecret'],
      'channels.telegram.accounts.*.webhookUrl requires channels.telegram.webhookSecret or channels.telegram.accounts.*.webhookSecret',
    );
  }
};

export const slackModeRule: CrossFieldRule = (value, report) => {
  if (!isJsonObject(value)) return;
  const shared = text(value.signingSecret);
  if (value.mode === 'http' && shared === undefined) {
    report(['signingSecret'], 'channels.slack.mode="http" requires channels.slack.signingSecret');
  }
  for (const [id, account] of enabledAccounts(value)) {
    const mode = account.mode ?? value.mode;
    if (mode !== 'http' || (text(account.signingSecret) ?? shared) !== undefined) continue;
    report(
      ['accounts', id, 'signingSecret'],
      'channels.slack.accounts.*.mode="http" requires channels.slack.signingSecret or channels.slack.accounts.*.signingSecret',
    );
  }
};

const STREAMING = 1;

export const discordActivityRule: CrossFieldRule = (value, report) => {
  if (!isJsonObject(value)) return;
  const { activityType, activityUrl } = value;
  const hasUrl = text(activityUrl) !== undefined;
  if ((activityType !== undefined || hasUrl) && text(value.activity) === undefined) {
    report(['activity'], 'channels.discord.activity is required when activityType or activityUrl is set');
  }
  if (activityType === STREAMING && !hasUrl) {
    report(['activityUrl'], 'channels.discord.activityUrl is required when activityType is 1 (Streaming)');
  }
  if (hasUrl && activityType !== STREAMING) {
    report(['activityType'], 'channels.discord.activityType must be 1 (Streaming) when activityUrl is set');
  }
};

/** Discord ids are larger than a JSON number can hold exactly. */
export const discordIdRule: CrossFieldRule = (value, report) => {
  if (typeof value === 'number') report([], 'Discord IDs must be strings (wrap numeric IDs in quotes).');
};

export const ircNickservRule: CrossFieldRule = (value, report) => {
  const nickserv = objectAt(value, 'nickserv');
  if (nickserv?.register !== true || text(nickserv.registerEmail) !== undefined) return;
  report(
    ['nickserv', 'registerEmail'],
    'channels.irc.nickserv.register=true requires channels.irc.nickserv.registerEmail',
  );
};

function includesEverybody(list: unknown): boolean {
  return Array.isArray(list) && list.some((entry) => String(entry).trim() === '*');
}

function enabledAccounts(value: JsonObject): readonly (readonly [string, JsonObject])[] {
  return Object.entries(objectAt(value, 'accounts') ?? {}).flatMap(([id, account]) =>
    isJsonObject(account) && account.enabled !== false ? [[id, account] as const] : [],
  );
}
