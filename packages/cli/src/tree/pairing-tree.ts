import { Command } from 'commander';
import type { CliContext } from '../context.ts';

/** `pairing`: strangers who ask to talk to the agent (reference cli/commands.json). */
export function pairingCommand(context: CliContext): Command {
  const pairing = new Command('pairing').description('strangers who ask to talk to the agent');
  pairing.action(() => pairing.outputHelp());
  const commands = () => import('../commands/pairing.ts');
  const about = (name: string, description: string): Command =>
    pairing
      .command(name)
      .description(description)
      .option('--channel <channel>', 'chat service')
      .option('--account <accountId>', 'account of the chat service');
  about('list', 'requests that wait')
    .argument('[channel]', 'chat service; needed when several are set up')
    .option('--json', 'print JSON')
    .action(async (channel: string | undefined, flags) => (await commands()).pairingList(context, channel, flags));
  about('approve', 'let somebody in')
    .argument('<codeOrChannel>', 'the code, or the chat service before it')
    .argument('[code]', 'the code')
    .option('--notify', 'tell them')
    .action(async (first: string, second: string | undefined, flags) =>
      (await commands()).pairingApprove(context, [first, second], flags),
    );
  about('reject', 'turn somebody away')
    .argument('<codeOrChannel>', 'the code, or the chat service before it')
    .argument('[code]', 'the code')
    .action(async (first: string, second: string | undefined, flags) =>
      (await commands()).pairingReject(context, [first, second], flags),
    );
  return pairing;
}
