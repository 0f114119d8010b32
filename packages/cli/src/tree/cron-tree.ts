import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { withRpcFlags } from './rpc-flags.ts';

/** How a job runs and where its answer goes; the same for `add` and `edit`. */
function withJobFlags(command: Command): Command {
  return command
    .option('--description <text>', 'what the job is for')
    .option('--delete-after-run', 'remove a one-shot job once it has run')
    .option('--keep-after-run', 'keep a one-shot job once it has run')
    .option('--agent <id>', 'agent that runs it')
    .option('--session <target>', 'main or isolated')
    .option('--at <when>', 'once: ISO time, or from now such as 20m')
    .option('--every <duration>', 'again and again, for example 10m or 1h')
    .option('--cron <expr>', 'cron expression of five or six fields')
    .option('--stagger <duration>', 'spread a cron expression over this window')
    .option('--system-event <text>', 'note for the main session')
    .option('--message <text>', 'message for an isolated run')
    .option('--thinking <level>', 'thinking level of the run')
    .option('--model <model>', 'model of the run')
    .option('--timeout-seconds <n>', 'limit of the run; 0 means none')
    .option('--announce', 'deliver the answer to a channel')
    .option('--deliver', 'the same as --announce')
    .option('--no-deliver', 'keep the answer in the run')
    .option('--to <dest>', 'recipient of the channel');
}

function addCommand(context: CliContext): Command {
  return withRpcFlags(withJobFlags(new Command('add').alias('create').description('schedule a job')))
    .requiredOption('--name <name>', 'name of the job')
    .option('--disabled', 'switched off for now')
    .option('--wake <mode>', 'now or next-heartbeat', 'now')
    .option('--tz <iana>', 'time zone of a cron expression', '')
    .option('--exact', 'no stagger')
    .option('--channel <channel>', 'channel of the announcement, or last', 'last')
    .option('--best-effort-deliver', 'an answer that cannot be delivered is no failure')
    .option('--json', 'print JSON')
    .action(async (flags) => (await import('../commands/cron/change.ts')).cronAdd(context, flags));
}

function editCommand(context: CliContext): Command {
  return withRpcFlags(withJobFlags(new Command('edit').description('change a job; what is not named stays')))
    .argument('<id>', 'id of the job')
    .option('--name <name>', 'name of the job')
    .option('--enable', 'switch it on')
    .option('--disable', 'switch it off')
    .option('--clear-agent', 'run as the default agent')
    .option('--wake <mode>', 'now or next-heartbeat')
    .option('--tz <iana>', 'time zone of a cron expression')
    .option('--exact', 'no stagger')
    .option('--channel <channel>', 'channel of the announcement, or last')
    .option('--best-effort-deliver', 'an answer that cannot be delivered is no failure')
    .option('--no-best-effort-deliver', 'an answer that cannot be delivered is a failure')
    .action(async (id: string, flags) => (await import('../commands/cron/change.ts')).cronEdit(context, id, flags));
}

function readCommands(context: CliContext): Command[] {
  const commands = () => import('../commands/cron/read.ts');
  return [
    withRpcFlags(new Command('status').description('is the scheduler on, and when is it due'))
      .option('--json', 'print JSON')
      .action(async (flags) => (await commands()).cronStatus(context, flags)),
    withRpcFlags(new Command('list').description('jobs, soonest first'))
      .option('--all', 'with those that are switched off')
      .option('--json', 'print JSON')
      .action(async (flags) => (await commands()).cronList(context, flags)),
    withRpcFlags(new Command('runs').description('what a job has done'))
      .requiredOption('--id <id>', 'id of the job')
      .option('--limit <n>', 'newest entries at most', '50')
      .action(async (flags) => (await commands()).cronRuns(context, flags)),
  ];
}

function jobCommands(context: CliContext): Command[] {
  const commands = () => import('../commands/cron/job.ts');
  return [
    withRpcFlags(new Command('rm').aliases(['remove', 'delete']).description('remove a job'))
      .argument('<id>', 'id of the job')
      .option('--json', 'print JSON')
      .action(async (id: string, flags) => (await commands()).cronRemove(context, id, flags)),
    withRpcFlags(new Command('enable').description('switch a job on'))
      .argument('<id>', 'id of the job')
      .action(async (id: string, flags) => (await commands()).cronSwitch(context, id, true, flags)),
    withRpcFlags(new Command('disable').description('switch a job off'))
      .argument('<id>', 'id of the job')
      .action(async (id: string, flags) => (await commands()).cronSwitch(context, id, false, flags)),
    withRpcFlags(new Command('run').description('run a job now and wait for it'))
      .argument('<id>', 'id of the job')
      .option('--due', 'only when it is due')
      .action(async (id: string, flags, command: Command) => {
        const isPatient = command.getOptionValueSource('timeout') === 'default';
        return (await commands()).cronRun(context, id, { ...flags, isPatient });
      }),
  ];
}

/** `cron` (reference cli/commands.json). */
export function cronCommand(context: CliContext): Command {
  const cron = new Command('cron').description('scheduled jobs of the gateway');
  cron.action(() => cron.outputHelp());
  const own = [...readCommands(context), addCommand(context), editCommand(context), ...jobCommands(context)];
  for (const command of own) cron.addCommand(command);
  return cron;
}
