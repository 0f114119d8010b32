import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { ignoringUnknown } from './ignoring-unknown.ts';

function healthCommand(context: CliContext): Command {
  return ignoringUnknown(new Command('health'))
    .description('ask the running gateway how it is')
    .option('--json', 'print JSON')
    .option('--timeout <ms>', 'how long to wait', '10000')
    .option('--verbose', 'let the gateway probe its channels now')
    .option('--debug', 'the same as --verbose')
    .action(async (flags) => (await import('../commands/health.ts')).health(context, flags));
}

function statusCommand(context: CliContext): Command {
  return ignoringUnknown(new Command('status'))
    .description('the gateway, its sessions and this machine at a glance')
    .option('--json', 'print JSON')
    .option('--all', 'full report')
    .option('--usage', 'with usage')
    .option('--deep', 'with a health check')
    .option('--timeout <ms>', 'how long to wait', '10000')
    .option('--verbose', 'with the lines of --all')
    .option('--debug', 'the same as --verbose')
    .action(async (flags) => (await import('../commands/status.ts')).status(context, flags));
}

function sessionsCommand(context: CliContext): Command {
  return ignoringUnknown(new Command('sessions'))
    .description('list stored conversations')
    .option('--json', 'print JSON')
    .option('--verbose', 'accepted; nothing more is known')
    .option('--store <path>', 'read this sessions.json instead')
    .option('--active <minutes>', 'only those updated in the last minutes')
    .action(async (flags) => (await import('../commands/sessions.ts')).sessions(context, flags));
}

function agentCommand(context: CliContext): Command {
  return new Command('agent')
    .description('send an agent one message and print its answer')
    .requiredOption('-m, --message <text>', 'the message')
    .option('-t, --to <number>', 'recipient whose conversation it is')
    .option('--session-id <id>', 'session by id, a new one when there is none')
    .option('--agent <id>', 'agent by id; uses its main session')
    .option('--thinking <level>', 'off, minimal, low, medium, high or xhigh; stored with the session')
    .option('--verbose <level>', 'on, full or off; stored with the session')
    .option('--channel <channel>', 'channel to deliver to')
    .option('--reply-to <target>', 'where to deliver')
    .option('--reply-channel <channel>', 'channel to deliver to')
    .option('--reply-account <id>', 'account to deliver from')
    .option('--local', 'run in this process, without the gateway')
    .option('--deliver', 'deliver the answer to the channel')
    .option('--json', 'print JSON')
    .option('--timeout <seconds>', 'limit of the run; 0 means none')
    .action(async (flags) => (await import('../commands/agent.ts')).agent(context, flags));
}

function logsCommand(context: CliContext): Command {
  return new Command('logs')
    .description("the tail of the gateway's log")
    .option('--limit <n>', 'lines at most', '200')
    .option('--max-bytes <n>', 'bytes at most', '250000')
    .option('--follow', 'keep printing what is added')
    .option('--interval <ms>', 'how often to look while following', '1000')
    .option('--json', 'print JSON lines')
    .option('--plain', 'no colours')
    .option('--local-time', 'times of this time zone')
    .option('--url <url>', 'gateway address; needs --token')
    .option('--token <token>', 'shared token')
    .option('--timeout <ms>', 'how long to wait', '30000')
    .option('--expect-final', 'accepted; the answer is final')
    .action(async (flags) => (await import('../commands/logs.ts')).logs(context, flags));
}

function dashboardCommand(context: CliContext): Command {
  return new Command('dashboard')
    .description('print the address of the web page')
    .option('--no-open', 'accepted; Chela never opens a browser itself')
    .action(async () => (await import('../commands/dashboard.ts')).dashboard(context));
}

export function topLevelCommands(context: CliContext): Command[] {
  return [healthCommand, statusCommand, sessionsCommand, agentCommand, logsCommand, dashboardCommand].map((create) =>
    create(context),
  );
}
