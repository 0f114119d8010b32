import { CHAT_COMMANDS, type ChatCommand } from './chat-commands.ts';

/** A message as a command: `args` is null when there are none. */
export interface ParsedCommand {
  readonly key: string;
  readonly args: string | null;
}

/**
 * Brings a message into the form commands are looked up in: its first line, `/cmd: args` as `/cmd args`, the own name
 * behind `@` cut off, aliases as the command's first name (reference agent/sessions.md §20). What is no command stays.
 */
export function normalizeCommand(raw: string, botUsername?: string): string {
  const trimmed = raw.trim();
  if (!trimmed.startsWith('/')) return trimmed;
  const [firstLine = ''] = trimmed.split('\n');
  const plain = withoutOwnName(withoutColon(firstLine.trim()), botUsername);
  const found = lookUp(plain);
  if (found === undefined) return plain;
  const [name = ''] = found.command.aliases;
  return found.args === '' ? name : `${name} ${found.args}`;
}

/** The command of a normalised message; null for text, unknown commands and arguments where none are taken. */
export function parseCommand(normalized: string): ParsedCommand | null {
  const found = lookUp(normalized);
  return found === undefined ? null : { key: found.command.key, args: found.args === '' ? null : found.args };
}

function lookUp(line: string): { readonly command: ChatCommand; readonly args: string } | undefined {
  const match = /^(\/\S+)(?:\s+(.*))?$/s.exec(line);
  const name = match?.[1]?.toLowerCase();
  const args = match?.[2]?.trim() ?? '';
  const command = CHAT_COMMANDS.find(({ aliases }) => name !== undefined && aliases.includes(name));
  if (command === undefined) return undefined;
  const takesThem = args === '' || command.acceptsArgs || (command.hasPages === true && /^\d+$/.test(args));
  return takesThem ? { command, args } : undefined;
}

function withoutColon(line: string): string {
  const match = /^(\/[^\s:]+)\s*:(.*)$/.exec(line);
  return match === null ? line : `${match[1]} ${match[2]?.trim()}`.trim();
}

function withoutOwnName(line: string, botUsername: string | undefined): string {
  const match = /^(\/[^\s@]+)@(\S+)(.*)$/.exec(line);
  const own = botUsername?.trim().toLowerCase();
  return match === null || match[2]?.toLowerCase() !== own ? line : `${match[1]}${match[3]}`;
}
