import { isJsonObject, type JsonObject } from '../json-object.ts';
import type { CrossFieldRule } from './check-structure.ts';

const COMMAND = /^[a-z0-9_]{1,32}$/;

/** The form in which Telegram knows a command: no slash, lower case, underscores. */
function normalizeTelegramCommand(name: string): string {
  return name.trim().replace(/^\/+/, '').trim().toLowerCase().replaceAll('-', '_');
}

/** `channels.telegram.customCommands`: names and descriptions. */
export const telegramCommandsRule: CrossFieldRule = (value, report) => {
  if (!isJsonObject(value) || !Array.isArray(value.customCommands)) return;
  for (const [index, entry] of value.customCommands.entries()) {
    if (!isJsonObject(entry)) continue;
    const problem = commandProblem(entry);
    if (problem !== undefined) report(['customCommands', index, problem.key], problem.message);
  }
};

function commandProblem(entry: JsonObject): { key: string; message: string } | undefined {
  const name = normalizeTelegramCommand(String(entry.command ?? ''));
  if (name === '') return { key: 'command', message: 'Telegram custom command is missing a command name.' };
  if (!COMMAND.test(name)) {
    const message = `Telegram custom command "/${name}" is invalid (use a-z, 0-9, underscore; max 32 chars).`;
    return { key: 'command', message };
  }
  if (String(entry.description ?? '').trim() !== '') return undefined;
  return { key: 'description', message: `Telegram custom command "/${name}" is missing a description.` };
}
