/** The bot's own command menu (reference channels/telegram.md §2, §5). */
import type { ConnectionPort } from '@chela/channels/adapter';
import type { BotApi } from './api/client.ts';
import { refusalIn } from './errors.ts';
import { type AccountSettings, type CustomCommand, commandName } from './settings.ts';

type NativeCommands = Awaited<ReturnType<ConnectionPort['nativeCommands']>>;

/** The vendor's limits. */
const COMMANDS_MAX = 100;
const DESCRIPTION_CHARS = 256;
/** All descriptions together may be too much; fewer commands are better than none. */
const KEPT_ON_REFUSAL = 0.8;

export interface CommandMenu {
  readonly commands: readonly CustomCommand[];
  /** Custom commands whose names are taken. */
  readonly skipped: readonly string[];
}

/** Native commands, then the operator's own; every name once. Pure. */
export function menuOf(native: NativeCommands, custom: readonly CustomCommand[]): CommandMenu {
  const menu = new Map<string, string>();
  for (const { name, description } of native) {
    const command = commandName(name);
    if (command && !menu.has(command)) menu.set(command, description);
  }
  const skipped: string[] = [];
  for (const { command, description } of custom) {
    if (menu.has(command)) skipped.push(command);
    else menu.set(command, description);
  }
  const commands = [...menu].slice(0, COMMANDS_MAX).map(([command, description]) => ({
    command,
    description: shortened(description),
  }));
  return { commands, skipped };
}

const shortened = (description: string): string =>
  description.length > DESCRIPTION_CHARS ? `${description.slice(0, DESCRIPTION_CHARS - 1)}…` : description;

/** Replaces the bot's menu. */
export async function publishMenu(
  api: BotApi,
  native: NativeCommands,
  deps: Pick<ConnectionPort, 'signal' | 'logger'> & { readonly settings: Pick<AccountSettings, 'customCommands'> },
): Promise<void> {
  const { commands, skipped } = menuOf(native, deps.settings.customCommands);
  for (const name of skipped) deps.logger.warn(`the custom command /${name} is a command of Chela; it is left out`);
  await api.call('deleteMyCommands', {}, deps.signal);
  for (let kept = commands; kept.length > 0; kept = kept.slice(0, Math.floor(kept.length * KEPT_ON_REFUSAL))) {
    try {
      await api.call('setMyCommands', { commands: kept }, deps.signal);
      return;
    } catch (error) {
      if (!/BOT_COMMANDS_TOO_MUCH/.test(refusalIn(error)?.description ?? '')) throw error;
    }
  }
}
