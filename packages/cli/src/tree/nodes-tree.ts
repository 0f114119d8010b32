import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { nodeCaptureCommands } from './node-capture-tree.ts';
import { withNodeFlags } from './node-flags.ts';
import { withTargetFlags } from './target-flags.ts';

function listCommands(context: CliContext): Command[] {
  const commands = () => import('../commands/nodes/list.ts');
  const narrowed = (name: string, description: string): Command =>
    withTargetFlags(new Command(name).description(description))
      .option('--connected', 'only those that are connected')
      .option('--last-connected <duration>', 'only those that were connected within this time, such as 24h');
  return [
    narrowed('status', 'known nodes and whether they are connected').action(async (flags) =>
      (await commands()).nodesStatus(context, flags),
    ),
    withNodeFlags(new Command('describe').description('what a node is and which commands it offers')).action(
      async (flags) => (await commands()).nodesDescribe(context, flags),
    ),
    narrowed('list', 'pairing requests and nodes paired by the older way').action(async (flags) =>
      (await commands()).nodesList(context, flags),
    ),
    withTargetFlags(new Command('pending').description('pairing requests that wait')).action(async (flags) =>
      (await commands()).nodesPending(context, flags),
    ),
  ];
}

function pairingCommands(context: CliContext): Command[] {
  const commands = () => import('../commands/nodes/pairing.ts');
  return [
    withTargetFlags(new Command('approve').description('let a node in'))
      .argument('<requestId>', 'id of the request')
      .action(async (requestId: string, flags) => (await commands()).nodesApprove(context, requestId, flags)),
    withTargetFlags(new Command('reject').description('turn a node away'))
      .argument('<requestId>', 'id of the request')
      .action(async (requestId: string, flags) => (await commands()).nodesReject(context, requestId, flags)),
    withNodeFlags(new Command('rename').description('give a node another name'))
      .requiredOption('--name <displayName>', 'the name')
      .action(async (flags) => (await commands()).nodesRename(context, flags)),
  ];
}

function invokeCommand(context: CliContext): Command {
  return withNodeFlags(new Command('invoke').description('send a node one command'), 30_000, 15_000)
    .requiredOption('--command <command>', 'command such as canvas.eval')
    .option('--params <json>', 'its parameters', '{}')
    .option('--idempotency-key <key>', 'the same key marks the same request')
    .action(async (flags) => (await import('../commands/nodes/invoke.ts')).nodesInvoke(context, flags));
}

const collected = (value: string, before: readonly string[]): string[] => [...before, value];

function runCommand(context: CliContext): Command {
  return withTargetFlags(new Command('run').description('run a program on a node'), 35_000)
    .argument('[command...]', 'the program and its arguments')
    .option('--node <idOrNameOrIp>', 'which node')
    .option('--cwd <path>', 'folder on the node')
    .option('--env <key=val>', 'variable of the environment; can be repeated', collected, [])
    .option('--raw <command>', 'a line for the shell of the node instead')
    .option('--agent <id>', 'agent whose approvals count')
    .option('--ask <mode>', 'off, on-miss or always')
    .option('--security <mode>', 'deny, allowlist or full')
    .option('--command-timeout <ms>', 'limit of the program')
    .option('--needs-screen-recording', 'it needs the permission to record the screen')
    .option('--invoke-timeout <ms>', 'how long the node has to answer', '30000')
    .action(async (words: string[], flags) =>
      (await import('../commands/nodes/run.ts')).nodesRun(context, words, flags),
    );
}

function notifyCommand(context: CliContext): Command {
  return withNodeFlags(new Command('notify').description('show a notification on a node'), undefined, 15_000)
    .option('--title <text>', 'its title')
    .option('--body <text>', 'its text')
    .option('--sound <name>', 'sound it makes')
    .option('--priority <passive|active|timeSensitive>', 'how urgent it is')
    .option('--delivery <system|overlay|auto>', 'how it is shown', 'system')
    .action(async (flags) => (await import('../commands/nodes/invoke.ts')).nodesNotify(context, flags));
}

/** `nodes` (reference cli/commands.json). */
export function nodesCommand(context: CliContext): Command {
  const nodes = new Command('nodes').description('devices that lend the gateway their camera, screen and programs');
  nodes.action(() => nodes.outputHelp());
  const own = [
    ...listCommands(context),
    ...pairingCommands(context),
    invokeCommand(context),
    runCommand(context),
    notifyCommand(context),
    ...nodeCaptureCommands(context),
  ];
  for (const command of own) nodes.addCommand(command);
  return nodes;
}
