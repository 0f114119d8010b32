import type { Config } from '@chela/config';
import { type Fields, isFields, textField, textsField } from '@chela/skills';

/** `hooks.internal.entries.<key>`; members beyond these belong to the hook. */
export interface HookEntry {
  readonly enabled?: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly fields: Fields;
}

/** A handler of the older form, a module of the workspace. */
export interface LegacyHandler {
  readonly event: string;
  /** Relative to the workspace. */
  readonly module: string;
  readonly exportName: string;
}

/** The `hooks.internal` section (reference config/keys.json). */
export interface HookSettings {
  readonly enabled: boolean;
  readonly extraDirs: readonly string[];
  readonly handlers: readonly LegacyHandler[];
  entry(hookKey: string): HookEntry;
}

/** Reads the section; the loader has checked its shape. */
export function hookSettings(config: Config): HookSettings {
  const internal = fieldsAt(fieldsAt(config, 'hooks'), 'internal');
  const entries = fieldsAt(internal, 'entries');
  const handlers = Array.isArray(internal.handlers) ? internal.handlers : [];
  return {
    enabled: internal.enabled === true,
    extraDirs: textsField(fieldsAt(internal, 'load').extraDirs),
    handlers: handlers.flatMap((value) => legacyHandler(value) ?? []),
    entry: (hookKey) => hookEntry(Object.hasOwn(entries, hookKey) ? entries[hookKey] : undefined),
  };
}

function fieldsAt(value: unknown, key: string): Fields {
  const inner = isFields(value) ? value[key] : undefined;
  return isFields(inner) ? inner : {};
}

function legacyHandler(value: unknown): LegacyHandler | undefined {
  if (!isFields(value)) return undefined;
  const event = textField(value.event);
  const module = textField(value.module);
  if (event === undefined || module === undefined) return undefined;
  return { event, module, exportName: textField(value.export) ?? 'default' };
}

function hookEntry(value: unknown): HookEntry {
  const fields = isFields(value) ? value : {};
  const variables = Object.entries(isFields(fields.env) ? fields.env : {});
  return {
    ...(typeof fields.enabled === 'boolean' && { enabled: fields.enabled }),
    env: Object.fromEntries(variables.filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
    fields,
  };
}
