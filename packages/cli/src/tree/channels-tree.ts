import { Command } from 'commander';
import type { CliContext } from '../context.ts';

/** Flags of `channels add` that carry one setting each; which one, the channel says (reference cli/commands.json). */
const SETTING_FLAGS: readonly (readonly [flags: string, what: string])[] = [
  ['--token <token>', 'token of the bot'],
  ['--token-file <path>', 'file with the token'],
  ['--bot-token <token>', 'token of the bot'],
  ['--app-token <token>', 'token of the app'],
  ['--signal-number <e164>', 'phone number'],
  ['--cli-path <path>', 'program that speaks to the service'],
  ['--db-path <path>', 'database of the service'],
  ['--service <service>', 'kind of service'],
  ['--region <region>', 'region'],
  ['--auth-dir <path>', 'folder of the login'],
  ['--http-url <url>', 'address of the service'],
  ['--http-host <host>', 'host of the service'],
  ['--http-port <port>', 'port of the service'],
  ['--webhook-path <path>', 'path that the service calls'],
  ['--webhook-url <url>', 'address that the service calls'],
  ['--audience-type <type>', 'what the audience names'],
  ['--audience <value>', 'audience of the tokens'],
  ['--homeserver <url>', 'home server'],
  ['--user-id <id>', 'id of the user'],
  ['--access-token <token>', 'token of the user'],
  ['--password <password>', 'password'],
  ['--device-name <name>', 'name of this device'],
  ['--initial-sync-limit <n>', 'messages of the first sync'],
  ['--ship <ship>', 'name of the ship'],
  ['--url <url>', 'address'],
  ['--code <code>', 'login code'],
  ['--group-channels <list>', 'channels, with commas between them'],
  ['--dm-allowlist <list>', 'who may write, with commas between them'],
  ['--auto-discover-channels', 'find channels'],
  ['--no-auto-discover-channels', 'only the channels that are named'],
];

const gather = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

/** `channels` (reference cli/commands.json). */
export function channelsCommand(context: CliContext): Command {
  const channels = new Command('channels').description('accounts of chat services');
  channels.action(() => channels.outputHelp());
  readCommands(context, channels);
  changeCommands(context, channels);
  return channels;
}

function readCommands(context: CliContext, channels: Command): void {
  const commands = () => import('../commands/channels/read.ts');
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
  channels
    .command('capabilities')
    .description('what each account can do')
    .option('--channel <name>', 'of one chat service')
    .option('--account <id>', 'of one account')
    .option('--target <dest>', 'accepted; permissions are shown by `message permissions`')
    .option('--timeout <ms>', 'how long to wait', '10000')
    .option('--json', 'print JSON')
    .action(async (flags) => (await commands()).channelsCapabilities(context, flags));
  channels
    .command('resolve')
    .description('what names mean to a chat service')
    .argument('<entries...>', 'names or ids')
    .option('--channel <name>', 'chat service; needed when several are set up')
    .option('--account <id>', 'account of the chat service')
    .option('--kind <kind>', 'auto, user or group', 'auto')
    .option('--json', 'print JSON')
    .action(async (entries: string[], flags) => (await commands()).channelsResolve(context, entries, flags));
  channels
    .command('logs')
    .description('lines of the log that speak of channels')
    .option('--channel <name>', 'of one chat service', 'all')
    .option('--lines <n>', 'at most this many', '200')
    .option('--json', 'print JSON')
    .action(async (flags) => (await import('../commands/channels/logs.ts')).channelsLogs(context, flags));
}

function changeCommands(context: CliContext, channels: Command): void {
  const commands = () => import('../commands/channels/change.ts');
  const account = (name: string, what: string): Command =>
    channels
      .command(name)
      .description(what)
      .option('--channel <name>', 'chat service')
      .option('--account <id>', 'account; default when left out');
  const add = account('add', 'set an account up').option('--name <name>', 'what people call it');
  for (const [flags, what] of SETTING_FLAGS) add.option(flags, what);
  add
    .option('--set <key=value>', 'any other setting of the account', gather, [])
    .option('--use-env', 'take what is missing from the environment')
    .action(async (flags) => (await commands()).channelsAdd(context, flags));
  account('remove', 'switch an account off')
    .option('--delete', 'and take it out of the configuration')
    .action(async (flags) => (await commands()).channelsRemove(context, flags));
  account('login', 'link an account with a code')
    .option('--verbose', 'accepted; failures are told in full')
    .action(async (flags) => (await commands()).channelsLogin(context, flags));
  account('logout', 'stop an account and forget its credentials').action(async (flags) =>
    (await commands()).channelsLogout(context, flags),
  );
}
