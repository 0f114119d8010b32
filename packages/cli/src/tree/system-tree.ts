import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { withRpcFlags } from './rpc-flags.ts';

/** `system`: notes for the main session, heartbeats, who is connected (reference cli/commands.json). */
export function systemCommand(context: CliContext): Command {
  const system = new Command('system').description('notes for the main session, heartbeats and presence');
  system.action(() => system.outputHelp());
  const commands = () => import('../commands/system.ts');
  const asking = (parent: Command, name: string, description: string): Command =>
    withRpcFlags(parent.command(name).description(description).option('--json', 'print JSON'));

  asking(system, 'event', 'leave a note that the agent reads with its next turn or heartbeat')
    .requiredOption('--text <text>', 'the note')
    .option('--mode <mode>', 'now or next-heartbeat', 'next-heartbeat')
    .action(async (flags) => (await commands()).systemEvent(context, flags));
  const heartbeat = system.command('heartbeat').description('heartbeats of the agents');
  heartbeat.action(() => heartbeat.outputHelp());
  asking(heartbeat, 'last', 'what the last heartbeat came to').action(async (flags) =>
    (await commands()).lastHeartbeat(context, flags),
  );
  asking(heartbeat, 'enable', 'let agents look after things by themselves').action(async (flags) =>
    (await commands()).setHeartbeats(context, true, flags),
  );
  asking(heartbeat, 'disable', 'no heartbeats until the gateway restarts or they are enabled').action(async (flags) =>
    (await commands()).setHeartbeats(context, false, flags),
  );
  asking(system, 'presence', 'who is connected, and this host').action(async (flags) =>
    (await commands()).presence(context, flags),
  );
  return system;
}
