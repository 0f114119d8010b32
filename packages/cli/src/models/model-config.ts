import { valueAtPath } from '@chela/config';
import { type ModelRef, type ModelSettings, refKey, resolveRef } from '@chela/models';
import { editConfig } from '../commands/config.ts';
import { type CliContext, CliFailure } from '../context.ts';
import type { ModelDesk } from './model-desk.ts';

/** `agents.defaults.model` and `agents.defaults.imageModel` as the file has them. */
export type ModelSlot = 'model' | 'imageModel';

type JsonObject = Readonly<Record<string, unknown>>;

/** The model a person names, by alias or reference; refuses what is neither. */
export function namedModel(settings: ModelSettings, raw: string): ModelRef {
  const ref = resolveRef(raw, settings);
  if (ref === undefined) throw new CliFailure([`Error: Invalid model reference: ${raw}`]);
  return ref;
}

/** What stands in the file at a path below `agents.defaults`, as an object; empty when there is none. */
export function writtenAt(desk: ModelDesk, ...path: readonly string[]): JsonObject {
  const { found, value } = valueAtPath(desk.loaded.snapshot.parsed, ['agents', 'defaults', ...path]);
  if (!found) return {};
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/**
 * Changes a slot in the file and sees to it that the models it names are among `agents.defaults.models`, which is what
 * may be chosen at all.
 */
export async function writeSlot(
  context: CliContext,
  desk: ModelDesk,
  slot: ModelSlot,
  change: JsonObject,
  named: readonly ModelRef[] = [],
): Promise<void> {
  const known = writtenAt(desk, 'models');
  const added = named.filter((ref) => !(refKey(ref) in known));
  await editConfig(context, [
    { path: ['agents', 'defaults', slot], value: { ...writtenAt(desk, slot), ...change } },
    ...added.map((ref) => ({ path: ['agents', 'defaults', 'models', refKey(ref)], value: {} })),
  ]);
  context.output.line(`Updated ${desk.tilde(desk.loaded.snapshot.path)}`);
}
