import type { Command } from 'commander';

/** What every command that only asks the gateway takes (reference cli/commands.json). */
export interface RpcFlags {
  readonly url?: string;
  readonly token?: string;
  readonly timeout: string;
}

export function withRpcFlags(command: Command): Command {
  return command
    .option('--url <url>', 'gateway address; needs --token')
    .option('--token <token>', 'shared token')
    .option('--timeout <ms>', 'how long to wait', '30000')
    .option('--expect-final', 'accepted; the answer is final');
}
