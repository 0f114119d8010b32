import type { SkillRequirements } from '@chela/skills';

/** Where a hook was found; the labels programs know. Folders of `load.extraDirs` count as workspace ones. */
export type HookSource = 'openclaw-bundled' | 'openclaw-managed' | 'openclaw-workspace';

/** A way to get what a hook needs, as its HOOK.md states it. */
export interface HookInstall {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly bins: readonly string[];
}

/** A folder with a HOOK.md and a handler (reference agent/automation.md §4.1). */
export interface Hook {
  readonly name: string;
  /** Its key in `hooks.internal.entries`. */
  readonly hookKey: string;
  readonly description: string;
  readonly source: HookSource;
  /** Absolute paths. */
  readonly filePath: string;
  readonly baseDir: string;
  readonly handlerPath: string;
  /** Name of the export that is the handler. */
  readonly exportName: string;
  /** `type` or `type:action`. */
  readonly events: readonly string[];
  readonly always: boolean;
  readonly emoji?: string;
  readonly homepage?: string;
  readonly requires: SkillRequirements;
  readonly install: readonly HookInstall[];
}
