import type { Config } from '@chela/config';
import { CHAT_COMMANDS } from './chat-commands.ts';
import { isOffered } from './command-access.ts';

/** A command as a vendor's own menu shows it. */
export interface NativeCommand {
  /** Without the slash. */
  readonly name: string;
  readonly description: string;
}

/** Commands that are typed only: they stand in no menu (reference agent/slash-commands.json). */
const TYPED_ONLY: ReadonlySet<string> = new Set(['allowlist', 'bash']);

/** The gateway's own commands for a vendor's menu, in the contract's order (reference channels/telegram.md §5). Pure. */
export function nativeCommands(config: Config): readonly NativeCommand[] {
  return CHAT_COMMANDS.filter(({ key }) => !TYPED_ONLY.has(key) && isOffered(config, key)).map(
    ({ aliases: [alias = ''], does }) => ({ name: alias.slice(1), description: does }),
  );
}
