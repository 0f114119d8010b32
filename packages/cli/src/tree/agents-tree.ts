import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { ignoringUnknown } from './ignoring-unknown.ts';

const collected = (value: string, before: readonly string[]): string[] => [...before, value];

/** `agents`: who answers, with which workspace (reference cli/commands.json). Bare `agents` lists them. */
export function agentsCommand(context: CliContext): Command {
  const agents = new Command('agents').description('agents with workspaces of their own');
  agents.action(async () => (await import('../commands/agents/list.ts')).agentsList(context, {}));
  ignoringUnknown(agents.command('list'))
    .description('list the agents')
    .option('--json', 'print JSON')
    .option('--bindings', 'with the rules that send conversations to them')
    .action(async (flags) => (await import('../commands/agents/list.ts')).agentsList(context, flags));
  agents
    .command('add')
    .description('add an agent')
    .argument('[name]', 'its name')
    .option('--workspace <dir>', 'its workspace')
    .option('--model <id>', 'model it uses')
    .option('--agent-dir <dir>', 'folder of its credentials')
    .option('--bind <channel[:accountId]>', 'channel it answers; can be repeated', collected, [])
    .option('--non-interactive', 'ask nothing; needs --workspace')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, flags) =>
      (await import('../commands/agents/add.ts')).agentsAdd(context, name, flags),
    );
  agents
    .command('set-identity')
    .description('say how an agent presents itself')
    .option('--agent <id>', 'which agent')
    .option('--workspace <dir>', 'the agent of this workspace')
    .option('--identity-file <path>', 'file to read')
    .option('--from-identity', 'read IDENTITY.md of the workspace')
    .option('--name <name>', 'its name')
    .option('--theme <theme>', 'what it is like')
    .option('--emoji <emoji>', 'its emoji')
    .option('--avatar <value>', 'picture: a path in the workspace, a URL or a data URL')
    .option('--json', 'print JSON')
    .action(async (flags) => (await import('../commands/agents/change.ts')).agentsSetIdentity(context, flags));
  agents
    .command('delete')
    .description('delete an agent; its folders go to the trash')
    .argument('<id>', 'which agent')
    .option('--force', 'without a question')
    .option('--json', 'print JSON')
    .action(async (id: string, flags) =>
      (await import('../commands/agents/change.ts')).agentsDelete(context, id, flags),
    );
  return agents;
}
