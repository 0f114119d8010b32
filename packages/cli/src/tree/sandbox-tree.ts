import { Command } from 'commander';
import type { CliContext } from '../context.ts';

export function sandboxCommand(context: CliContext): Command {
  const sandbox = new Command('sandbox').description('where sandboxed sessions run, and why');
  sandbox.action(() => sandbox.outputHelp());
  sandbox
    .command('list')
    .description('sandboxes that were set up')
    .option('--json', 'print JSON', false)
    .option('--browser', 'only those of browsers', false)
    .action(async (flags) => (await import('../commands/sandbox.ts')).sandboxList(context, flags));
  sandbox
    .command('recreate')
    .description('take sandboxes away, so that the next command makes them from the present settings')
    .option('--all', 'every sandbox', false)
    .option('--session <key>', 'the sandbox of a session')
    .option('--agent <id>', 'the sandboxes of an agent')
    .option('--browser', 'only those of browsers', false)
    .option('--force', 'do not ask', false)
    .action(async (flags) => (await import('../commands/sandbox.ts')).sandboxRecreate(context, flags));
  sandbox
    .command('explain')
    .description('whether a session is sandboxed, what its tools may do, and which settings say so')
    .option('--session <key>', 'a session; without it the main one')
    .option('--agent <id>', 'an agent; without it the default one')
    .option('--json', 'print JSON', false)
    .action(async (flags) => (await import('../commands/sandbox.ts')).sandboxExplain(context, flags));
  return sandbox;
}
