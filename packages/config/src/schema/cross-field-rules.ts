import type { CrossFieldRule } from './check-structure.ts';
import { heartbeatRule, sandboxDockerRule, sessionMaintenanceRule } from './rules-agents.ts';
import {
  discordActivityRule,
  discordIdRule,
  googleChatDmRule,
  ircNickservRule,
  openDmRule,
  openDmWithFallbackRule,
  slackModeRule,
  telegramWebhookRule,
} from './rules-channels.ts';
import {
  broadcastRule,
  browserProfileRule,
  cronWebhookRule,
  defenderThresholdsRule,
  modulePathRule,
} from './rules-global.ts';
import { allowConflictRule, commandRule, executableRule, loopDetectionRule, mcpServerRule } from './rules-tools.ts';
import { telegramCommandsRule } from './telegram-commands.ts';

const NONE: readonly CrossFieldRule[] = [];

/** Rules by the exact shape of the value they look at: `*` any key of a record, `[]` any element. */
const BY_SHAPE: ReadonlyMap<string, readonly CrossFieldRule[]> = new Map([
  ['', [broadcastRule]],
  ['agents.defaults.heartbeat', [heartbeatRule]],
  ['agents.list[].heartbeat', [heartbeatRule]],
  ['agents.defaults.sandbox.docker', [sandboxDockerRule]],
  ['agents.list[].sandbox.docker', [sandboxDockerRule]],
  ['agents.list[].tools', [allowConflictRule('agent tools')]],
  ['agents.list[].tools.loopDetection', [loopDetectionRule]],
  ['agents.list[].tools.byProvider.*', [allowConflictRule('tools.byProvider policy')]],
  ['tools', [allowConflictRule('tools')]],
  ['tools.byProvider.*', [allowConflictRule('tools.byProvider policy')]],
  ['tools.loopDetection', [loopDetectionRule]],
  ['session.maintenance', [sessionMaintenanceRule]],
  ['browser.profiles.*', [browserProfileRule]],
  ['audio.transcription.command', [commandRule]],
  ['cron.webhook', [cronWebhookRule]],
  ['mcp.servers.*', [mcpServerRule]],
  ['hooks.mappings[].transform.module', [modulePathRule]],
  ['hooks.internal.handlers[].module', [modulePathRule]],
  ['security.defender', [defenderThresholdsRule]],
  ['channels.telegram', [openDm('telegram'), telegramCommandsRule, telegramWebhookRule]],
  ['channels.telegram.accounts.*', [openDm('telegram'), telegramCommandsRule]],
  ['channels.whatsapp', [openDm('whatsapp')]],
  ['channels.whatsapp.accounts.*', [openDmRule('channels.whatsapp.accounts.*.dmPolicy', 'allowFrom')]],
  ['channels.bluebubbles', [openDm('bluebubbles')]],
  ['channels.bluebubbles.accounts.*', [openDmRule('channels.bluebubbles.accounts.*.dmPolicy', 'allowFrom')]],
  ['channels.msteams', [openDm('msteams')]],
  ['channels.googlechat.dm', [googleChatDmRule]],
  ['channels.googlechat.accounts.*.dm', [googleChatDmRule]],
  ...both('signal', [openDm('signal')]),
  ...both('imessage', [openDm('imessage')]),
  ...both('irc', [openDm('irc'), ircNickservRule]),
  ...both('discord', [discordActivityRule, openDmWithFallbackRule('discord')]),
  ['channels.slack', [openDmWithFallbackRule('slack'), slackModeRule]],
  ['channels.slack.accounts.*', [openDmWithFallbackRule('slack')]],
  ['channels.signal.cliPath', [executableRule]],
  ['channels.signal.accounts.*.cliPath', [executableRule]],
  ['channels.imessage.cliPath', [executableRule]],
  ['channels.imessage.accounts.*.cliPath', [executableRule]],
]);

/** Tool policies and id lists sit at many depths of channel sections; their place is told by its end. */
const CHANNEL_TOOLS = /^channels\..+\.(?:tools|toolsBySender\.\*)$/;
const DISCORD_ID = /^channels\.discord\.(?:.+\.)?(?:allowFrom|users|roles|approvers|groupChannels)\[\]$/;

/** The cross-field rules for a value of this shape (reference config/config.md §8). */
export function crossFieldRules(shape: string): readonly CrossFieldRule[] {
  const exact = BY_SHAPE.get(shape);
  if (exact !== undefined) return exact;
  if (!shape.startsWith('channels.')) return NONE;
  if (CHANNEL_TOOLS.test(shape)) return [allowConflictRule('tools policy')];
  return DISCORD_ID.test(shape) ? [discordIdRule] : NONE;
}

/** For a section: `dmPolicy: "open"` needs `"*"` in its `allowFrom`. */
export function openDm(channel: string): CrossFieldRule {
  return openDmRule(`channels.${channel}.dmPolicy`, `channels.${channel}.allowFrom`);
}

/** The same rules for a channel's section and for each of its accounts. */
function both(channel: string, rules: readonly CrossFieldRule[]): readonly (readonly [string, typeof rules])[] {
  return [
    [`channels.${channel}`, rules],
    [`channels.${channel}.accounts.*`, rules],
  ];
}
