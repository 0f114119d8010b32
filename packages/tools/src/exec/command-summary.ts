import { rawText, type ToolArguments } from '../call/arguments.ts';

/** The line a tool event shows for an `exec` call. */
export function execSummary(args: ToolArguments): string | undefined {
  return rawText(args, 'command')?.trim() || undefined;
}
