import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { withTargetFlags } from './target-flags.ts';

function placed(command: Command): Command {
  return withTargetFlags(command)
    .option('--node <node>', 'on this node')
    .option('--gateway', 'at the gateway; without it and --node, the file of this machine');
}

/** `approvals`: programs that may run without asking (reference cli/commands.json). */
export function approvalsCommand(context: CliContext): Command {
  const approvals = new Command('approvals').alias('exec-approvals').description('programs that may run unasked');
  approvals.action(() => approvals.outputHelp());
  const commands = () => import('../commands/approvals.ts');
  placed(approvals.command('get').description('show the approvals')).action(async (flags) =>
    (await commands()).approvalsGet(context, flags),
  );
  placed(approvals.command('set').description('replace the approvals by a file'))
    .option('--file <path>', 'file to read')
    .option('--stdin', 'read standard input')
    .action(async (flags) => (await commands()).approvalsSet(context, flags));
  const allowlist = approvals.command('allowlist').description('single programs');
  allowlist.action(() => allowlist.outputHelp());
  placed(allowlist.command('add').description('allow a program'))
    .argument('<pattern>', 'path or pattern of the program')
    .option('--agent <id>', 'for this agent; for every agent when left out')
    .action(async (pattern: string, flags) => (await commands()).allowlistAdd(context, pattern, flags));
  placed(allowlist.command('remove').description('allow a program no longer'))
    .argument('<pattern>', 'path or pattern of the program')
    .option('--agent <id>', 'for this agent; for every agent when left out')
    .action(async (pattern: string, flags) => (await commands()).allowlistRemove(context, pattern, flags));
  return approvals;
}
