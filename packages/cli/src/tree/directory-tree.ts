import { Command } from 'commander';
import type { CliContext } from '../context.ts';

/** `directory`: people and groups of chat services (reference cli/commands.json). */
export function directoryCommand(context: CliContext): Command {
  const root = new Command('directory').description('people and groups of chat services');
  root.action(() => root.outputHelp());
  const commands = () => import('../commands/channels/read.ts');
  const about = (parent: Command, name: string, what: string, kind: 'self' | 'peers' | 'groups' | 'members'): Command =>
    parent
      .command(name)
      .description(what)
      .option('--channel <name>', 'chat service; needed when several are set up')
      .option('--account <id>', 'account of the chat service')
      .option('--json', 'print JSON')
      .action(async (flags) => (await commands()).directory(context, kind, flags));
  const listed = (command: Command): Command =>
    command.option('--query <text>', 'only names with this in them').option('--limit <n>', 'at most this many');
  about(root, 'self', 'who we are there', 'self');
  const peers = root.command('peers').description('people');
  peers.action(() => peers.outputHelp());
  listed(about(peers, 'list', 'people we know', 'peers'));
  const groups = root.command('groups').description('groups');
  groups.action(() => groups.outputHelp());
  listed(about(groups, 'list', 'groups we are in', 'groups'));
  about(groups, 'members', 'people of a group', 'members')
    .requiredOption('--group-id <id>', 'id of the group')
    .option('--limit <n>', 'at most this many');
  return root;
}
