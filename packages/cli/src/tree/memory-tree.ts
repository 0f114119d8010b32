import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { ignoringUnknown } from './ignoring-unknown.ts';

export function memoryCommand(context: CliContext): Command {
  const memory = new Command('memory').description('what agents remember in files, and searching it');
  memory.action(() => memory.outputHelp());
  ignoringUnknown(memory.command('status'))
    .description('how the index of each agent is doing')
    .option('--agent <id>', 'only this agent')
    .option('--json', 'print JSON')
    .option('--deep', 'also ask the embedding provider')
    .option('--index', 'index what changed first')
    .option('--verbose', 'with reasons')
    .action(async (flags) => (await import('../commands/memory.ts')).memoryStatus(context, flags));
  memory
    .command('index')
    .description('index what changed')
    .option('--agent <id>', 'only this agent')
    .option('--force', 'make the index anew')
    .option('--verbose', 'with numbers')
    .action(async (flags) => (await import('../commands/memory.ts')).memoryIndex(context, flags));
  memory
    .command('search')
    .description('find passages of memory files')
    .argument('<query>', 'what to look for')
    .option('--agent <id>', 'whose memory; the default agent when left out')
    .option('--max-results <n>', 'at most so many')
    .option('--min-score <n>', 'leave out what scores less, 0 to 1')
    .option('--json', 'print JSON')
    .action(async (query: string, flags) =>
      (await import('../commands/memory.ts')).memorySearch(context, query, flags),
    );
  return memory;
}
