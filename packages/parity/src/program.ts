import { type Command, type CommandIo, UsageError } from './commands/command.ts';

/** Each subcommand is loaded when it is called. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  replay: async () => (await import('./commands/replay.ts')).replay,
  record: async () => (await import('./commands/record.ts')).record,
  list: async () => (await import('./commands/list.ts')).list,
  diff: async () => (await import('./commands/diff-gateways.ts')).diffGateways,
  golden: async () => (await import('./commands/golden.ts')).golden,
  channel: async () => (await import('./commands/channel.ts')).channel,
  manifest: async () => (await import('./commands/manifest.ts')).manifest,
  verdicts: async () => (await import('./commands/verdicts.ts')).verdicts,
  score: async () => (await import('./commands/score.ts')).score,
  gate: async () => (await import('./commands/gate.ts')).gate,
  provider: async () => (await import('./commands/provider.ts')).provider,
};

export const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

/** Runs `parity ARGS…` and resolves with the exit code: 0 all well, 1 something failed, 2 wrong usage. */
export async function runProgram(args: readonly string[], io: CommandIo): Promise<number> {
  const [name = '', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    io.out(await helpText());
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) {
    io.note(name ? `parity: there is no command ${name}` : 'parity: a command is missing');
    io.note(await helpText());
    return EXIT_USAGE;
  }
  const command = await load();
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(`usage: ${command.usage}`);
    return 0;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    io.note(`parity ${name}: ${error instanceof Error ? error.message : error}`);
    if (!(error instanceof UsageError)) return EXIT_FAILURE;
    io.note(`usage: ${firstLine(command.usage)}; more with \`parity ${name} --help\``);
    return EXIT_USAGE;
  }
}

async function helpText(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  return [
    'Compares this gateway with the recorded behaviour of OpenClaw.',
    '',
    ...commands.map(({ usage }) => `  ${firstLine(usage)}`),
    '',
    '`parity COMMAND --help` tells the options.',
  ].join('\n');
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
