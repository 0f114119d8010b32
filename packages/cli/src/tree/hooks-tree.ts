import { Command } from 'commander';
import type { CliContext } from '../context.ts';

export function hooksCommand(context: CliContext): Command {
  const hooks = new Command('hooks').description('programs that hear of commands, turns and starts of the gateway');
  hooks.action(async () => (await import('../commands/hooks.ts')).hooksList(context, {}));
  hooks
    .command('list')
    .description('list the hooks of this machine')
    .option('--eligible', 'only those that can run here')
    .option('--json', 'print JSON')
    .option('-v, --verbose', 'with what is missing')
    .action(async (flags) => (await import('../commands/hooks.ts')).hooksList(context, flags));
  hooks
    .command('info')
    .description('everything about one hook')
    .argument('<name>', 'name or key of the hook')
    .option('--json', 'print JSON')
    .action(async (name: string, flags) => (await import('../commands/hooks.ts')).hooksInfo(context, name, flags));
  hooks
    .command('check')
    .description('which hooks can run here and why the others cannot')
    .option('--json', 'print JSON')
    .action(async (flags) => (await import('../commands/hooks.ts')).hooksCheck(context, flags));
  for (const [name, enabled, what] of [
    ['enable', true, 'switch a hook on'],
    ['disable', false, 'switch a hook off'],
  ] as const) {
    hooks
      .command(name)
      .description(what)
      .argument('<name>', 'name or key of the hook')
      .action(async (hook: string) =>
        (await import('../commands/hooks-change.ts')).hooksSwitch(context, hook, enabled),
      );
  }
  hooks
    .command('install')
    .description('install hooks from a folder, an archive or an npm package')
    .argument('<path-or-spec>', 'folder, .zip, .tgz, .tar.gz, .tar, or name of a package')
    .option('-l, --link', 'use the folder where it lies instead of copying it')
    .action(async (spec: string, flags) =>
      (await import('../commands/hooks-change.ts')).hooksInstall(context, spec, flags),
    );
  hooks
    .command('update')
    .description('bring hooks from npm up to date')
    .argument('[id]', 'which package')
    .option('--all', 'all of them')
    .option('--dry-run', 'only say what would change')
    .action(async (id: string | undefined, flags) =>
      (await import('../commands/hooks-change.ts')).hooksUpdate(context, id, flags),
    );
  return hooks;
}
