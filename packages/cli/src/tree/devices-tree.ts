import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { withTargetFlags } from './target-flags.ts';

/** `devices`: who may connect, and with which tokens (reference cli/commands.json). */
export function devicesCommand(context: CliContext): Command {
  const devices = new Command('devices').description('programs and machines that may connect');
  devices.action(() => devices.outputHelp());
  const commands = () => import('../commands/devices.ts');
  const asking = (name: string, description: string): Command =>
    withTargetFlags(devices.command(name).description(description)).option('--password <password>', 'shared password');
  const forToken = (name: string, description: string): Command =>
    asking(name, description)
      .requiredOption('--device <id>', 'id of the device')
      .requiredOption('--role <role>', 'role of the token: operator or node');

  asking('list', 'requests that wait and devices that are paired').action(async (flags) =>
    (await commands()).devicesList(context, flags),
  );
  asking('approve', 'let a device in')
    .argument('[requestId]', 'id of the request; the newest when left out')
    .option('--latest', 'the newest request')
    .action(async (requestId: string | undefined, flags) =>
      (await commands()).devicesApprove(context, requestId, flags),
    );
  asking('reject', 'turn a device away')
    .argument('<requestId>', 'id of the request')
    .action(async (requestId: string, flags) => (await commands()).devicesReject(context, requestId, flags));
  forToken('rotate', 'give a device a fresh token and print it')
    .option('--scope <scope...>', 'what the token allows; as before when left out')
    .action(async (flags) => (await commands()).devicesRotate(context, flags));
  forToken('revoke', 'take a token away').action(async (flags) => (await commands()).devicesRevoke(context, flags));
  return devices;
}
