import { isJsonObject, objectAt, text } from '../json-object.ts';

/** Whether plugins run, judged from the `plugins` section alone (reference agent/automation.md §7.2). Pure. */

export type PluginOrigin = 'config' | 'workspace' | 'global' | 'bundled';

export interface PluginVerdict {
  readonly enabled: boolean;
  /** Why not; programs read it. */
  readonly reason?: string;
}

/** Bundled plugins that run unless the configuration says otherwise. */
const ON_BY_DEFAULT: ReadonlySet<string> = new Set(['device-pair', 'phone-control', 'talk-voice']);
const DEFAULT_MEMORY_SLOT = 'memory-core';

/** Whether a plugin may run. `plugins` is that section of the configuration, as far as there is one. */
export function pluginEnablement(id: string, origin: PluginOrigin, plugins: unknown): PluginVerdict {
  const section = isJsonObject(plugins) ? plugins : {};
  if (section.enabled === false) return refused('plugins disabled');
  if (ids(section.deny).includes(id)) return refused('blocked by denylist');
  const allow = ids(section.allow);
  if (allow.length > 0 && !allow.includes(id)) return refused('not in allowlist');
  if (memorySlotOf(plugins) === id) return { enabled: true };
  const entry = objectAt(section, 'entries', id);
  if (entry?.enabled === true) return { enabled: true };
  if (entry?.enabled === false) return refused('disabled in config');
  if (origin === 'bundled' && !ON_BY_DEFAULT.has(id)) return refused('bundled (disabled by default)');
  return { enabled: true };
}

/** The plugin that `plugins.slots.memory` names; null for `none`. */
export function memorySlotOf(plugins: unknown): string | null {
  const named = text(objectAt(plugins, 'slots')?.memory);
  if (named === undefined) return DEFAULT_MEMORY_SLOT;
  return named.toLowerCase() === 'none' ? null : named;
}

export interface MemorySlotVerdict extends PluginVerdict {
  /** The plugin takes the slot. */
  readonly selected?: true;
}

/**
 * Whether a loaded plugin may keep running beside the memory slot, which has room for one plugin of kind `memory`.
 * `slot` is the plugin it is meant for, null when there shall be none; `selectedId` is the one that has taken it.
 */
export function memorySlotVerdict(plugin: {
  readonly id: string;
  readonly kind: string | undefined;
  readonly slot: string | null | undefined;
  readonly selectedId: string | undefined;
}): MemorySlotVerdict {
  const { id, kind, slot, selectedId } = plugin;
  if (kind !== 'memory') return { enabled: true };
  if (slot === null) return refused('memory slot disabled');
  if (slot !== undefined) return slot === id ? SELECTED : refused(`memory slot set to "${slot}"`);
  if (selectedId !== undefined && selectedId !== id) return refused(`memory slot already filled by "${selectedId}"`);
  return SELECTED;
}

const SELECTED: MemorySlotVerdict = { enabled: true, selected: true };

function refused(reason: string): { readonly enabled: false; readonly reason: string } {
  return { enabled: false, reason };
}

function ids(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.flatMap((entry) => text(entry) ?? []) : [];
}
