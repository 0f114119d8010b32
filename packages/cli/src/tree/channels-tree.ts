import { Command } from 'commander';
import type { CliContext } from '../context.ts';

/** `channels` (reference cli/commands.json). */
export function channelsCommand(context: CliContext): Command {
  const channels = new Command('channels').description('accounts of chat services');
  channels.action(() => channels.outputHelp());
  const commands = () => import('../commands/channels.ts');
  channels
    .command('list')
    .description('configured accounts and logins of model providers')
    .option('--no-usage', 'accepted; plans are shown by `status --usage`')
    .option('--json', 'print JSON')
    .action(async (flags) => (await commands()).channelsList(context, flags));
  channels
    .command('status')
    .description('what the channels of the gateway do')
    .option('--probe', 'let the gateway try their credentials')
    .option('--timeout <ms>', 'how long to wait', '10000')
    .option('--json', 'print JSON')
    .action(async (flags) => (await commands()).channelsStatus(context, flags));
  return channels;
}
