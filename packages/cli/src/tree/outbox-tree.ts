import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { withTargetFlags } from './target-flags.ts';

/** `outbox`: messages to chat services that wait or failed. Of our own; the original keeps them in files. */
export function outboxCommand(context: CliContext): Command {
  const outbox = new Command('outbox').description('messages to chat services that wait or failed');
  outbox.action(() => outbox.outputHelp());
  const commands = () => import('../commands/outbox.ts');
  withTargetFlags(outbox.command('list').description('what waits, and what could not be sent'))
    .option('--channel <channel>', 'of one chat service')
    .option('--state <state...>', 'pending, sending, ambiguous, dead or delivered')
    .option('--limit <n>', 'at most this many', '50')
    .action(async (flags) => (await commands()).outboxList(context, flags));
  for (const [name, what] of [
    ['retry', 'send a message again'],
    ['drop', 'give a message up for good'],
  ] as const) {
    withTargetFlags(outbox.command(name).description(what))
      .argument('<id>', 'id of the message in the outbox')
      .action(async (id: string, flags) => (await commands()).outboxChange(context, name, id, flags));
  }
  return outbox;
}
