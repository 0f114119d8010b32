import type { Config } from '@chela/config';
import { isRecord } from '../messages/content-parts.ts';
import { isConversation } from '../messages/conversation.ts';
import { channelOf } from '../messages/request-channel.ts';
import type { AgentRequest } from '../runtime.ts';
import type { CommandSender } from './command.ts';

/** Who may use commands (reference agent/sessions.md §20). Pure. */

/** Commands that only work after they were switched on by `commands.<name>`. */
const SWITCHED = ['config', 'debug', 'bash', 'restart'] as const;
export type SwitchedCommand = (typeof SWITCHED)[number];

export function isSwitchedOn(config: Config, command: SwitchedCommand): boolean {
  return config.commands?.[command] === true;
}

/** Whether a command of this key is offered under the configuration. */
export function isOffered(config: Config, key: string): boolean {
  const switched = SWITCHED.find((name) => name === key);
  return switched === undefined || switched === 'restart' || isSwitchedOn(config, switched);
}

export function senderOf(config: Config, request: AgentRequest): CommandSender {
  const channel = channelOf(request) ?? 'webchat';
  const id = request.sender?.name ?? 'unknown';
  const owners = listOf(config.commands?.ownerAllowFrom);
  const isOwner = owners.length === 0 ? request.sender?.isOwner !== false : names(owners, channel, id);
  return { channel, id, isOwner, scopes: request.sender?.scopes };
}

/**
 * Whether the sender's commands and directives count. `commands.allowFrom` is the only list when it has one for the
 * channel or for all channels; else the door the message came through has decided.
 */
export function mayCommand(config: Config, request: AgentRequest): boolean {
  const { channel, id } = senderOf(config, request);
  const allowFrom = config.commands?.allowFrom;
  if (!isRecord(allowFrom)) return request.sender?.mayCommand !== false;
  const list = [allowFrom[channel], allowFrom['*']].find(Array.isArray);
  return list === undefined ? request.sender?.mayCommand !== false : names(listOf(list), channel, id);
}

/**
 * Whether commands inside an ordinary message of the sender are answered. Not in the web chat: its clients wait for the
 * run they started and no other (reference traces chat/directives-among-lines).
 */
export function shortcutsCount(config: Config, request: AgentRequest): boolean {
  const { channel } = senderOf(config, request);
  return isConversation(request) && channel !== 'webchat' && mayCommand(config, request);
}

/**
 * Whether text commands count on a channel. `commands.text: false` takes them away only where the channel has native
 * commands, which the web chat and its kind have not.
 */
export function textCommandsCount(config: Config, channel: string): boolean {
  return config.commands?.text !== false || !NATIVE_CHANNELS.has(channel);
}

const NATIVE_CHANNELS: ReadonlySet<string> = new Set(['discord', 'telegram', 'slack']);

/** The gates that keep elevated rights from the sender; empty when there are none (reference agent/tools.md §4.15). */
export function closedElevatedGates(config: Config, agentId: string, sender: CommandSender): readonly string[] {
  const agent = config.agents?.list?.find((entry) => entry.id === agentId)?.tools;
  const everywhere = elevatedOf(config.tools);
  const own = elevatedOf(agent);
  const { channel, id } = sender;
  const gates: string[] = [];
  if (everywhere.enabled === false) gates.push('enabled (tools.elevated.enabled)');
  if (own.enabled === false) gates.push('enabled (agents.list[].tools.elevated.enabled)');
  if (!names(listOf(inner(everywhere.allowFrom, channel)), channel, id)) {
    gates.push(`allowFrom (tools.elevated.allowFrom.${channel})`);
  }
  const ownList = inner(own.allowFrom, channel);
  if (ownList !== undefined && !names(listOf(ownList), channel, id)) {
    gates.push(`allowFrom (agents.list[].tools.elevated.allowFrom.${channel})`);
  }
  return gates;
}

function elevatedOf(tools: unknown): Readonly<Record<string, unknown>> {
  const elevated = isRecord(tools) ? tools.elevated : undefined;
  return isRecord(elevated) ? elevated : {};
}

function inner(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Entries are ids, also written as `channel:id`, or `*`. */
function names(list: readonly string[], channel: string, id: string): boolean {
  const plain = id.toLowerCase();
  return list.some((entry) => {
    const text = entry.trim().toLowerCase();
    return text === '*' || text === plain || text === `${channel}:${plain}`;
  });
}
