import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Tool, ToolContext, ToolResult, ToolScope } from '../tool.ts';

/** The circumstances of a call inside this package: the seam's, and who asked with which tools. */
export interface CallContext extends ToolContext {
  readonly scope: ToolScope;
  /** Names of the tools that policy left over for the caller. */
  readonly offered: ReadonlySet<string>;
  /** Where the session's files and programs are kept apart; absent: it works on the host. */
  readonly sandbox?: Sandbox;
}

/** A tool of this package. It differs from the seam's only in the richer context. */
export interface BuiltInTool extends Omit<Tool, 'run'> {
  /** Where it comes from when it is no core tool; policies know it by that name (reference agent/tools.md ). */
  readonly plugin?: string;
  /** The schema for a caller, when it depends on who asks. The same answer again is the same object. */
  parametersFor?(scope: ToolScope): BuiltInTool['parameters'];
  run(args: Readonly<Record<string, unknown>>, context: CallContext): Promise<ToolResult>;
}
