import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { MESSAGE_COMMANDS, type MessageCommand } from './message-table.ts';

const GROUPS: Readonly<Record<string, string>> = {
  thread: 'threads',
  emoji: 'emoji of their own',
  sticker: 'stickers',
  role: 'roles of a server',
  channel: 'channels of a server',
  member: 'people of a server',
  voice: 'voice channels',
  event: 'events of a server',
};

/** `message`: what the message tool of agents does, by hand (reference cli/commands.json). */
export function messageCommand(context: CliContext): Command {
  const message = new Command('message').description('send and change messages of chat services');
  message.action(() => message.outputHelp());
  for (const [name, what] of Object.entries(GROUPS)) {
    const group = message.command(name).description(what);
    group.action(() => group.outputHelp());
  }
  for (const definition of MESSAGE_COMMANDS) {
    const [first = '', second] = definition.path;
    const parent =
      second === undefined ? message : (message.commands.find((group) => group.name() === first) ?? message);
    parent.addCommand(actionCommand(context, definition));
  }
  return message;
}

const gather = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

function actionCommand(context: CliContext, { path, action, what, flags }: MessageCommand): Command {
  const command = new Command(path.at(-1)).description(what);
  for (const { flags: written, what: meaning, isRequired, isList } of flags) {
    const option = command.createOption(written, meaning).makeOptionMandatory(isRequired === true);
    if (isList) option.argParser(gather).default(isRequired ? undefined : [], 'none');
    command.addOption(option);
  }
  return command
    .option('--channel <channel>', 'chat service; needed when several are set up')
    .option('--account <id>', 'account of the chat service')
    .option('--json', 'print JSON')
    .option('--dry-run', 'only look whether it could be done')
    .option('--verbose', 'accepted; failures are told in full')
    .action(async (given) => (await import('../commands/message.ts')).messageAction(context, action, given));
}
