import type { Command } from 'commander';
import { withTargetFlags } from './target-flags.ts';

/** What every command for one node takes (reference cli/commands.json). */
export function withNodeFlags(command: Command, timeoutMs?: number, invokeTimeoutMs?: number): Command {
  const own = withTargetFlags(command, timeoutMs).requiredOption('--node <idOrNameOrIp>', 'which node');
  return invokeTimeoutMs === undefined ? own : withInvokeTimeout(own, invokeTimeoutMs);
}

export function withInvokeTimeout(command: Command, defaultMs?: number): Command {
  const fallback = defaultMs === undefined ? undefined : String(defaultMs);
  return command.option('--invoke-timeout <ms>', 'how long the node has to answer', fallback);
}
