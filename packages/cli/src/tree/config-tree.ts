import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { ignoringUnknown } from './ignoring-unknown.ts';

export function configCommand(context: CliContext): Command {
  const config = new Command('config').description('read and change openclaw.json');
  config.action(() => config.outputHelp());
  ignoringUnknown(config.command('get'))
    .description('print a value')
    .argument('<path>', 'for example gateway.port or agents.list[0].id')
    .option('--json', 'print JSON')
    .action(async (path: string, flags) => (await import('../commands/config.ts')).configGet(context, path, flags));
  config
    .command('set')
    .description('change a value; comments and other keys stay as they are')
    .argument('<path>', 'for example gateway.port')
    .argument('<value>', 'JSON5, or plain text')
    .option('--json', 'refuse a value that is no JSON5')
    .action(async (path: string, value: string, flags) =>
      (await import('../commands/config.ts')).configSet(context, path, value, flags),
    );
  ignoringUnknown(config.command('unset'))
    .description('remove a value')
    .argument('<path>', 'for example tools.deny[0]')
    .action(async (path: string) => (await import('../commands/config.ts')).configUnset(context, path));
  config
    .command('rollback')
    .description('put the file back as it was before the last change; again undoes that')
    .action(async () => (await import('../commands/config.ts')).configRollback(context));
  config
    .command('file')
    .description('print the path of the file')
    .action(async () => (await import('../commands/config.ts')).configFile(context));
  return config;
}
