import { Command, CommanderError } from 'commander';
import { bannerLines, wantsBanner } from './banner.ts';
import { type CliContext, CliFailure } from './context.ts';
import { createPaint } from './paint.ts';
import { agentsCommand } from './tree/agents-tree.ts';
import { approvalsCommand } from './tree/approvals-tree.ts';
import { channelsCommand } from './tree/channels-tree.ts';
import { configCommand } from './tree/config-tree.ts';
import { cronCommand } from './tree/cron-tree.ts';
import { devicesCommand } from './tree/devices-tree.ts';
import { directoryCommand } from './tree/directory-tree.ts';
import { gatewayCommand } from './tree/gateway-tree.ts';
import { hooksCommand } from './tree/hooks-tree.ts';
import { memoryCommand } from './tree/memory-tree.ts';
import { messageCommand } from './tree/message-tree.ts';
import { modelsCommand } from './tree/models-tree.ts';
import { nodesCommand } from './tree/nodes-tree.ts';
import { outboxCommand } from './tree/outbox-tree.ts';
import { pairingCommand } from './tree/pairing-tree.ts';
import { sandboxCommand } from './tree/sandbox-tree.ts';
import { securityCommands } from './tree/security-tree.ts';
import { skillsCommand } from './tree/skills-tree.ts';
import { stateCommands } from './tree/state-tree.ts';
import { systemCommand } from './tree/system-tree.ts';
import { topLevelCommands } from './tree/top-level-tree.ts';

/** The command tree. Handlers are imported when their command runs, so that `--help` stays instant. */
export function createProgram(context: CliContext): Command {
  const { output } = context;
  const program = new Command(context.invokedAs);
  program
    .description('Chela: a self-hosted personal assistant gateway')
    .option('-V, --version', 'print the release and stop')
    .option('--dev', 'use a separate state directory and port for development')
    .option('--profile <name>', 'use the state directory of a named profile')
    .option('--no-color', 'print without colours')
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => output.line(text.trimEnd()),
      writeErr: (text) => output.errorLine(text.trimEnd()),
      outputError: (text, write) => write(createPaint(output.errorColor)('red', text.trimEnd())),
      getOutHelpWidth: () => output.columns,
      getOutHasColors: () => output.color,
    });
  for (const command of [
    gatewayCommand(context),
    ...topLevelCommands(context),
    cronCommand(context),
    systemCommand(context),
    agentsCommand(context),
    channelsCommand(context),
    pairingCommand(context),
    messageCommand(context),
    outboxCommand(context),
    directoryCommand(context),
    devicesCommand(context),
    nodesCommand(context),
    approvalsCommand(context),
    ...stateCommands(context),
    ...securityCommands(context),
    configCommand(context),
    modelsCommand(context),
    memoryCommand(context),
    skillsCommand(context),
    hooksCommand(context),
    sandboxCommand(context),
  ])
    program.addCommand(command);
  for (const command of [program, ...everyCommand(program)]) {
    command.exitOverride().showSuggestionAfterError(false).configureOutput(program.configureOutput());
  }
  program.addHelpText('beforeAll', () => [...bannerLines(context.version, output), ''].join('\n'));
  program.hook('preAction', (_program, command) => greet(context, command));
  program.action(() => program.outputHelp());
  return program;
}

/** A gateway start has a screen of its own; help has opened itself. */
function greet(context: CliContext, command: Command): void {
  const isGatewayStart = command.name() === 'run' || command.name() === 'gateway';
  const isHelp = command.parent === null || command.name() === 'config';
  const json: unknown = command.optsWithGlobals().json;
  if (isGatewayStart || isHelp || !wantsBanner(context.env, context.output, json === true)) return;
  for (const line of bannerLines(context.version, context.output)) context.output.line(line);
}

export function everyCommand(root: Command): Command[] {
  return root.commands.flatMap((command) => [command, ...everyCommand(command)]);
}

/** Runs one command line and returns the exit code. `argv` holds the words after the program's name. */
export async function runCli(context: CliContext, argv: readonly string[]): Promise<number> {
  try {
    const program = createProgram(context);
    const unknown = unknownCommand(program, argv);
    if (unknown !== undefined) throw new CliFailure([`error: unknown command '${unknown}'`]);
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    return report(context, error);
  }
}

/** The first word that names no command, so that it is refused before its own options are. */
function unknownCommand(program: Command, argv: readonly string[]): string | undefined {
  let at: Command = program;
  for (const word of argv) {
    if (word.startsWith('-')) return undefined;
    const next = at.commands.find((command) => command.name() === word || command.aliases().includes(word));
    if (!next) return at.commands.length > 0 && word !== 'help' ? word : undefined;
    at = next;
  }
  return undefined;
}

/** Failures go to stderr as text, also with `--json`, and never with a stack (reference cli/cli.md §2). */
function report(context: CliContext, error: unknown): number {
  const paint = createPaint(context.output.errorColor);
  if (error instanceof CliFailure) {
    const [first, ...rest] = error.lines;
    if (first !== undefined) context.output.errorLine(first.startsWith('{') ? first : paint('red', first));
    for (const line of rest) context.output.errorLine(line);
    return error.exitCode;
  }
  // Commander has printed its own message by now; help and version end with code 0.
  if (error instanceof CommanderError) return error.exitCode;
  context.output.errorLine(paint('red', errorLine(error)));
  for (const line of detailLines(error)) context.output.errorLine(line);
  return 1;
}

/** Some messages of the gateway begin with the word themselves. */
function errorLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith('Error: ') ? message : `Error: ${message}`;
}

/** Where a failed call went, when the error knows it. */
function detailLines(error: unknown): readonly string[] {
  const lines: unknown = error instanceof Error && 'detailLines' in error ? error.detailLines : [];
  return Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [];
}
