import { refKey } from '@chela/models';
import { editConfig } from '../commands/config.ts';
import { type CliContext, CliFailure } from '../context.ts';
import type { ListFlags } from './fallbacks.ts';
import { namedModel, writtenAt } from './model-config.ts';
import { openModelDesk } from './model-desk.ts';

const ALIAS_PATTERN = /^[A-Za-z0-9_.:-]+$/;

/** `models aliases list`. */
export async function aliasesList(context: CliContext, flags: ListFlags): Promise<void> {
  const { settings } = await openModelDesk(context, undefined);
  const aliases = aliasEntries(settings);
  if (flags.json) return context.output.json({ aliases: Object.fromEntries(aliases) });
  if (!flags.plain) context.output.line(`Aliases (${aliases.length}):`);
  if (!flags.plain && aliases.length === 0) context.output.line('- none');
  for (const [alias, key] of aliases) context.output.line(flags.plain ? `${alias} ${key}` : `- ${alias} -> ${key}`);
}

/** Aliases and the references they stand for, in the order of the file. */
export function aliasEntries(settings: {
  readonly entries: readonly { readonly key: string; readonly alias: string | undefined }[];
}): readonly (readonly [string, string])[] {
  return settings.entries.flatMap(({ key, alias }) => (alias === undefined ? [] : [[alias, key] as const]));
}

/** `models aliases add`: refuses a name that means another model already. */
export async function aliasesAdd(context: CliContext, raw: string, model: string): Promise<void> {
  const alias = raw.trim();
  if (!ALIAS_PATTERN.test(alias)) {
    throw new CliFailure(['Error: Alias must use letters, numbers, dots, underscores, colons, or dashes.']);
  }
  const desk = await openModelDesk(context, undefined);
  const key = refKey(namedModel(desk.settings, model));
  const taken = aliasEntries(desk.settings).find(
    ([name, other]) => name.toLowerCase() === alias.toLowerCase() && other !== key,
  );
  if (taken !== undefined) throw new CliFailure([`Error: Alias ${alias} already points to ${taken[1]}.`]);
  const entry = { ...writtenAt(desk, 'models', key), alias };
  await editConfig(context, [{ path: ['agents', 'defaults', 'models', key], value: entry }]);
  context.output.line(`Updated ${desk.tilde(desk.loaded.snapshot.path)}`);
  context.output.line(`Alias ${alias} -> ${key}`);
}

/** `models aliases remove`. */
export async function aliasesRemove(context: CliContext, raw: string): Promise<void> {
  const desk = await openModelDesk(context, undefined);
  const alias = raw.trim();
  const found = aliasEntries(desk.settings).find(([name]) => name.toLowerCase() === alias.toLowerCase());
  const written = found === undefined ? {} : writtenAt(desk, 'models', found[1]);
  if (found === undefined || written.alias === undefined) throw new CliFailure([`Error: Alias not found: ${alias}`]);
  await editConfig(context, [{ path: ['agents', 'defaults', 'models', found[1], 'alias'], value: undefined }]);
  context.output.line(`Updated ${desk.tilde(desk.loaded.snapshot.path)}`);
  if (aliasEntries(desk.settings).length === 1) context.output.line('No aliases configured.');
}
