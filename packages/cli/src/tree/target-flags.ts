import type { Command } from 'commander';

/** Where to ask and how long to wait, for commands that talk to the gateway once (reference cli/commands.json). */
export function withTargetFlags(command: Command, timeoutMs = 10_000): Command {
  return command
    .option('--url <url>', 'gateway address; needs --token')
    .option('--token <token>', 'shared token')
    .option('--timeout <ms>', 'how long to wait', String(timeoutMs))
    .option('--json', 'print JSON');
}

/** What `withTargetFlags` reads. */
export interface TargetedFlags {
  readonly url?: string;
  readonly token?: string;
  readonly timeout: string;
  readonly json?: boolean;
}
