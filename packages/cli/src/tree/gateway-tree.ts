import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { type RunFlags, startGateway, withRunFlags } from './run-flags.ts';

function withTargetFlags(command: Command, timeoutMs: number): Command {
  return command
    .option('--url <url>', 'gateway address; needs --token or --password')
    .option('--token <token>', 'shared token')
    .option('--password <password>', 'shared password')
    .option('--timeout <ms>', 'how long to wait', String(timeoutMs));
}

function runCommand(context: CliContext): Command {
  return withRunFlags(new Command('run').description('run the gateway in the foreground')).action(
    (_flags: RunFlags, command: Command) => startGateway(context, command.optsWithGlobals<RunFlags>()),
  );
}

function callCommand(context: CliContext): Command {
  return withTargetFlags(new Command('call').description('call a gateway method'), 10_000)
    .argument('<method>', 'method name, for example health')
    .option('--params <json>', 'parameters as JSON', '{}')
    .option('--expect-final', 'wait for the second answer of two-stage methods')
    .option('--json', 'print the result only')
    .action(async (method: string, _flags: unknown, command: Command) =>
      (await import('../commands/gateway-call.ts')).gatewayCall(context, method, command.optsWithGlobals()),
    );
}

function statusCommand(context: CliContext): Command {
  return withTargetFlags(new Command('status').description('configuration, port and reachability'), 10_000)
    .option('--no-probe', 'do not ask the gateway')
    .option('--deep', 'accepted; this release has no system services to look for')
    .option('--json', 'print JSON')
    .action(async (_flags: unknown, command: Command) =>
      (await import('../commands/gateway-status.ts')).gatewayStatus(context, command.optsWithGlobals()),
    );
}

function healthCommand(context: CliContext): Command {
  return withTargetFlags(new Command('health').description('ask the gateway how it is'), 10_000)
    .option('--expect-final', 'accepted; the answer is final')
    .option('--json', 'print JSON')
    .action(async (_flags: unknown, command: Command) =>
      (await import('../commands/gateway-health.ts')).gatewayHealth(context, command.optsWithGlobals()),
    );
}

function probeCommand(context: CliContext): Command {
  return withTargetFlags(new Command('probe').description('is a gateway there, and which one'), 3000)
    .option('--ssh <target>', 'not part of this release')
    .option('--ssh-identity <path>', 'not part of this release')
    .option('--ssh-auto', 'not part of this release')
    .option('--json', 'print JSON')
    .action(async (_flags: unknown, command: Command) =>
      (await import('../commands/probe.ts')).probe(context, command.optsWithGlobals()),
    );
}

function usageCostCommand(context: CliContext): Command {
  return withTargetFlags(new Command('usage-cost').description('what the models of the last days cost'), 10_000)
    .option('--days <days>', 'how many days, today included', '30')
    .option('--expect-final', 'accepted; the answer is final')
    .option('--json', 'print JSON')
    .action(async (_flags: unknown, command: Command) =>
      (await import('../commands/usage-cost.ts')).usageCost(context, command.optsWithGlobals()),
    );
}

/** `gateway` and its subcommands; bare `gateway` runs one. */
export function gatewayCommand(context: CliContext): Command {
  const gateway = withRunFlags(new Command('gateway').description('run the gateway, or talk to one'));
  gateway.action((flags: RunFlags) => startGateway(context, flags));
  for (const create of [runCommand, callCommand, statusCommand, healthCommand, probeCommand, usageCostCommand]) {
    gateway.addCommand(create(context));
  }
  return gateway;
}
