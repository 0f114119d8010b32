import { refKey, resolveRef } from '@chela/models';
import { type CliContext, CliFailure } from '../context.ts';
import { type ModelSlot, namedModel, writeSlot, writtenAt } from './model-config.ts';
import { type ModelDesk, openModelDesk } from './model-desk.ts';

export interface ListFlags {
  readonly json?: boolean;
  readonly plain?: boolean;
}

const TITLE: Readonly<Record<ModelSlot, string>> = { model: 'Fallbacks', imageModel: 'Image fallbacks' };

function written(desk: ModelDesk, slot: ModelSlot): readonly string[] {
  const { fallbacks } = writtenAt(desk, slot);
  return Array.isArray(fallbacks) ? fallbacks.filter((name) => typeof name === 'string') : [];
}

/** The references behind the names in the file; a name that means nothing stays as it is. */
function keys(desk: ModelDesk, slot: ModelSlot): readonly string[] {
  return written(desk, slot).map((name) => {
    const ref = resolveRef(name, desk.settings);
    return ref === undefined ? name : refKey(ref);
  });
}

/** `models fallbacks list`, `models image-fallbacks list`. */
export async function fallbacksList(context: CliContext, slot: ModelSlot, flags: ListFlags): Promise<void> {
  const fallbacks = written(await openModelDesk(context, undefined), slot);
  if (flags.json) return context.output.json({ fallbacks });
  if (!flags.plain) context.output.line(`${TITLE[slot]} (${fallbacks.length}):`);
  if (!flags.plain && fallbacks.length === 0) context.output.line('- none');
  for (const name of fallbacks) context.output.line(flags.plain ? name : `- ${name}`);
}

/** `… add`: at the end; one that is there already stays where it is. */
export async function fallbacksAdd(context: CliContext, slot: ModelSlot, raw: string): Promise<void> {
  const desk = await openModelDesk(context, undefined);
  const ref = namedModel(desk.settings, raw);
  const before = written(desk, slot);
  const fallbacks = keys(desk, slot).includes(refKey(ref)) ? before : [...before, refKey(ref)];
  await writeSlot(context, desk, slot, { fallbacks }, [ref]);
  context.output.line(`${TITLE[slot]}: ${fallbacks.join(', ')}`);
}

/** `… remove`. */
export async function fallbacksRemove(context: CliContext, slot: ModelSlot, raw: string): Promise<void> {
  const desk = await openModelDesk(context, undefined);
  const key = refKey(namedModel(desk.settings, raw));
  const before = written(desk, slot);
  const known = keys(desk, slot);
  const fallbacks = before.filter((_name, index) => known[index] !== key);
  if (fallbacks.length === before.length) {
    throw new CliFailure([`Error: ${slot === 'model' ? 'Fallback' : 'Image fallback'} not found: ${key}`]);
  }
  await writeSlot(context, desk, slot, { fallbacks });
  context.output.line(`${TITLE[slot]}: ${fallbacks.join(', ')}`);
}

/** `… clear`. */
export async function fallbacksClear(context: CliContext, slot: ModelSlot): Promise<void> {
  await writeSlot(context, await openModelDesk(context, undefined), slot, { fallbacks: [] });
  context.output.line(slot === 'model' ? 'Fallback list cleared.' : 'Image fallback list cleared.');
}
