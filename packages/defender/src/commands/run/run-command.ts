/** Stands in a text for what only a running shell knows. */
export const UNKNOWN = '\u0000';

export function isKnown(text: string): boolean {
  return !text.includes(UNKNOWN);
}

/** Where the text of a command came from. */
export type CommandOrigin = 'script' | 'substitution' | 'code' | 'remote';

/** One program as it would be started, with everything around it that decides what it does. */
export interface RunCommand {
  /** Without its folder; empty when it cannot be known. */
  readonly name: string;
  /** Expanded; unknown parts are `UNKNOWN`. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where it runs, as far as a `cd` before it says; `.` when nothing does. */
  readonly folder: string;
  readonly redirects: readonly { readonly operator: string; readonly target: string }[];
  /** Commands whose output this one reads: earlier stages of a pipe and `<(…)`. */
  readonly upstream: readonly RunCommand[];
  /** Later stages of the pipe. */
  readonly downstream: readonly RunCommand[];
  /** Commands whose output became a part of the name or the arguments. */
  readonly substituted: readonly RunCommand[];
  /** Standard input when it stands in the text itself. */
  readonly input: string | undefined;
  readonly origin: CommandOrigin;
  readonly background: boolean;
  /** Name of the function it stands in. */
  readonly inFunction: string | undefined;
}

/** A reason why the commands may not be all that would run. */
export type Obscurity = 'broken_syntax' | 'unresolved_name' | 'unresolved_code' | 'too_large';

/** All that a piece of shell text would start, also through other programs. */
export interface RunReport {
  readonly source: string;
  readonly commands: readonly RunCommand[];
  readonly obscurities: ReadonlySet<Obscurity>;
  /** Files that the text fills from the network. */
  readonly downloads: ReadonlySet<string>;
  /** Files that were downloaded or written and are then run. */
  readonly ranDownloads: ReadonlySet<string>;
}
