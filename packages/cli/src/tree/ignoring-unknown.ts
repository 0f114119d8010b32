import type { Command } from 'commander';

/**
 * Scripts call some commands with options and words that do nothing there; those commands have always let them pass
 * (reference cli/cli.md §1.5). Missing values of known options are refused everywhere.
 */
export function ignoringUnknown(command: Command): Command {
  return command.allowUnknownOption().allowExcessArguments();
}
