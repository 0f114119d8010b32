import { Command } from 'commander';
import type { CliContext } from '../context.ts';

function migrateCommand(context: CliContext): Command {
  const migrate = new Command('migrate')
    .description('take over the state of an OpenClaw installation; again changes nothing')
    .option('--from <dir>', 'another state directory; without it the one in use')
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'print JSON')
    .action(async (flags) => (await import('../commands/migrate.ts')).migrate(context, flags));
  migrate
    .command('export')
    .description('write everything back so that OpenClaw starts on it')
    .option('--to <dir>', 'a whole state directory of its own; without it the one in use')
    .option('--json', 'print JSON')
    .action(async (_flags, command: Command) =>
      (await import('../commands/migrate.ts')).migrateExport(context, command.optsWithGlobals()),
    );
  return migrate;
}

function restoreCommand(context: CliContext): Command {
  const restore = new Command('restore').description('go back to how things were before a change');
  restore.action(() => restore.outputHelp());
  restore
    .command('list')
    .description('restore points, newest first')
    .option('--json', 'print JSON')
    .action(async (flags) => (await import('../commands/restore.ts')).restoreList(context, flags));
  restore
    .command('show')
    .description('the files of a restore point')
    .argument('<id>', 'its id, a beginning of it, or latest')
    .option('--json', 'print JSON')
    .action(async (id: string, flags) => (await import('../commands/restore.ts')).restoreShow(context, id, flags));
  restore
    .command('apply')
    .description('put those files back; makes a restore point of the present ones first')
    .argument('<id>', 'its id, a beginning of it, or latest')
    .option('--json', 'print JSON')
    .action(async (id: string, flags) => (await import('../commands/restore.ts')).restoreApply(context, id, flags));
  return restore;
}

function doctorCommand(context: CliContext): Command {
  return new Command('doctor')
    .description('find what keeps the gateway from working well, and mend it')
    .option('--fix', 'apply config repairs; with --yes everything else too')
    .option('--repair', 'the same as --fix')
    .option('--yes', 'answer every question with yes')
    .option('--non-interactive', 'ask nothing; only repairs that need no answer')
    .option('--force', 'accepted; no repair of Chela needs it')
    .option('--deep', 'accepted; every check is always made')
    .option('--generate-gateway-token', 'store a new token when there is none')
    .option('--no-workspace-suggestions', 'say nothing about the workspace')
    .action(async (flags) => (await import('../commands/doctor.ts')).doctor(context, flags));
}

function resetCommand(context: CliContext): Command {
  return new Command('reset')
    .description('start over; what goes is set aside, not deleted')
    .option('--scope <scope>', 'config, config+creds+sessions or full')
    .option('--yes', 'do not ask')
    .option('--non-interactive', 'ask nothing; needs --yes and --scope')
    .option('--dry-run', 'only say what would go')
    .action(async (flags) => (await import('../commands/reset.ts')).reset(context, flags));
}

export function stateCommands(context: CliContext): Command[] {
  return [migrateCommand, restoreCommand, doctorCommand, resetCommand].map((create) => create(context));
}
