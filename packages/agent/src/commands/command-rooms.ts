import type { ApprovalDecision } from '@chela/store';
import type { SubagentRegistry } from '@chela/tools';

/** Services of other parts that some commands work with. A command whose room is missing says so and does nothing. */
export interface CommandRooms {
  readonly approvals?: {
    /** False for an id that does not wait. */
    resolve(id: string, decision: ApprovalDecision, by: string): Promise<boolean>;
  };
  readonly configFile?: ConfigFileRoom;
  readonly overrides?: OverrideRoom;
  /** Restarts the gateway once its runs have ended. */
  readonly restart?: ((reason: string) => void) | undefined;
  readonly subagents?: SubagentRegistry;
  readonly plugins?: { readonly commands: readonly PluginCommand[] };
}

/** A command that a plugin brings; it may not have the name of a built-in one. */
export interface PluginCommand {
  /** Without the slash, lower case. */
  readonly name: string;
  readonly pluginId: string;
  /** What the list shows behind the name. */
  readonly does: string;
  answer(args: string, sender: { readonly channel: string; readonly id: string }): Promise<string>;
}

/** `openclaw.json` on disk, without secrets. */
export interface ConfigFileRoom {
  read(): Promise<unknown>;
  /** Rejects with a readable message when the result would not be valid. */
  set(path: readonly string[], value: unknown): Promise<void>;
  unset(path: readonly string[]): Promise<void>;
}

/** Values that stand over the configuration file until the process ends. */
export interface OverrideRoom {
  current(): Readonly<Record<string, unknown>>;
  /** Rejects when the configuration would not be valid with it. */
  set(path: readonly string[], value: unknown): Promise<void>;
  /** False when there was none. */
  unset(path: readonly string[]): boolean;
  reset(): void;
}
