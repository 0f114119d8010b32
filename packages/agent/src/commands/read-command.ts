import type { Config } from '@chela/config';
import { isConversation } from '../messages/conversation.ts';
import { channelOf } from '../messages/request-channel.ts';
import type { AgentRequest } from '../runtime.ts';
import { textCommandsCount } from './command-access.ts';
import { type CommandKey, isCommandKey } from './command-handlers.ts';
import type { CommandRooms, PluginCommand } from './command-rooms.ts';
import { hasDirective, type InlineDirectives, parseInlineDirectives } from './inline-directives.ts';
import { modelAliases } from './model-aliases.ts';
import { normalizeCommand, parseCommand } from './parse-command.ts';

/** Which messages are commands that the gateway answers itself (reference agent/sessions.md §19, §20). Pure. */

export type Command =
  | { readonly kind: 'named'; readonly key: CommandKey; readonly args: string }
  | { readonly kind: 'plugin'; readonly command: PluginCommand; readonly args: string }
  | { readonly kind: 'directives'; readonly parsed: InlineDirectives };

/**
 * The command a request consists of; undefined for everything that goes to the model, unknown commands included.
 * Commands without arguments followed by text are no commands.
 */
export function readCommand(request: AgentRequest, config: Config, rooms: CommandRooms): Command | undefined {
  const trimmed = request.text.trim();
  if (!isConversation(request) || request.verbatim === true || !textCommandsCount(config, channelOf(request) ?? ''))
    return undefined;
  const shell = /^!\s*(\S.*)$/s.exec(trimmed)?.[1];
  if (shell !== undefined) return { kind: 'named', key: 'bash', args: shell };
  if (!trimmed.startsWith('/')) return undefined;
  return namedCommand(trimmed) ?? pluginCommand(trimmed, rooms) ?? directivesOnly(trimmed, config);
}

/** True for commands that work on the transcript and so must wait until no run of the session does. */
export function needsLane(command: Command): boolean {
  return command.kind === 'named' && command.key === 'compact';
}

/** Text on further lines belongs to the arguments; behind a command without any it makes the message an ordinary one. */
function namedCommand(trimmed: string): Command | undefined {
  const [firstLine = '', ...more] = trimmed.split('\n');
  const found = parseCommand(normalizeCommand(firstLine));
  if (found === null || !isCommandKey(found.key)) return undefined;
  const rest = more.join('\n').trim();
  if (rest !== '' && found.args === null) return undefined;
  return { kind: 'named', key: found.key, args: [found.args ?? '', rest].filter((part) => part !== '').join('\n') };
}

/** Longer arguments are cut (reference agent/sessions.md §20). */
const PLUGIN_ARGS_MAX_CHARS = 4_096;

function pluginCommand(trimmed: string, rooms: CommandRooms): Command | undefined {
  const [, name = '', args = ''] = /^\/([a-z][\w-]*)(?:\s+(.*))?$/is.exec(trimmed) ?? [];
  const command = rooms.plugins?.commands.find((known) => known.name === name.toLowerCase());
  if (command === undefined) return undefined;
  return { kind: 'plugin', command, args: args.trim().slice(0, PLUGIN_ARGS_MAX_CHARS) };
}

function directivesOnly(trimmed: string, config: Config): Command | undefined {
  const parsed = parseInlineDirectives(trimmed, { modelAliases: modelAliases(config) });
  return parsed.cleaned === '' && hasDirective(parsed) ? { kind: 'directives', parsed } : undefined;
}
