import { refKey } from '@chela/models';
import type { CliContext } from '../context.ts';
import { type ModelSlot, namedModel, writeSlot } from './model-config.ts';
import { openModelDesk } from './model-desk.ts';

/** `models set`, `models set-image`: the primary of a slot; its fallbacks stay. */
export async function chooseModel(context: CliContext, slot: ModelSlot, raw: string): Promise<void> {
  const desk = await openModelDesk(context, undefined);
  const ref = namedModel(desk.settings, raw);
  await writeSlot(context, desk, slot, { primary: refKey(ref) }, [ref]);
  context.output.line(`${slot === 'model' ? 'Default model' : 'Image model'}: ${refKey(ref)}`);
}
