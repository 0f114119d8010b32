import { isJsonObject, type JsonObject, objectAt, text } from '../json-object.ts';
import { ensureObject, type MigrationStep, take } from './draft.ts';

/** Model choices of `agent` and of `agents.defaults` in their old flat form (step 10). */
export const restructureModels: MigrationStep = (draft, changes) => {
  const agent = objectAt(draft, 'agent');
  if (agent !== undefined) restructure(agent, 'agent', changes);
  const defaults = objectAt(draft, 'agents', 'defaults');
  if (defaults !== undefined) restructure(defaults, 'agents.defaults', changes);
};

function restructure(section: JsonObject, label: string, changes: string[]): void {
  const hasLegacy =
    typeof section.model === 'string' ||
    typeof section.imageModel === 'string' ||
    ['modelFallbacks', 'imageModelFallbacks', 'allowedModels', 'modelAliases'].some((key) => key in section);
  if (!hasLegacy) return;

  const named = new Set<string>();
  moveChoice(section, label, 'model', 'modelFallbacks', named, changes);
  moveChoice(section, label, 'imageModel', 'imageModelFallbacks', named, changes);

  const allowed = take(section, 'allowedModels');
  for (const key of textsOf(allowed)) named.add(key);
  const aliases = take(section, 'modelAliases');
  const targets = Object.entries(isJsonObject(aliases) ? aliases : {});
  for (const [, target] of targets) {
    const key = text(target);
    if (key !== undefined) named.add(key);
  }

  const models = ensureObject(section, 'models');
  for (const key of named) ensureObject(models, key);
  for (const [alias, target] of targets) {
    const key = text(target);
    if (key !== undefined) ensureObject(models, key).alias ??= alias;
  }
  if (Object.keys(models).length === 0) delete section.models;
  if (allowed !== undefined) changes.push(`Migrated ${label}.allowedModels → ${label}.models.`);
  if (aliases !== undefined) changes.push(`Migrated ${label}.modelAliases → ${label}.models.*.alias.`);
}

/** Turns `model` as text with `modelFallbacks` into `{primary, fallbacks}` and collects the models that are named. */
function moveChoice(
  section: JsonObject,
  label: string,
  key: 'model' | 'imageModel',
  fallbacksKey: string,
  named: Set<string>,
  changes: string[],
): void {
  const current = section[key];
  const primary = text(current);
  const fallbacks = take(section, fallbacksKey);
  if (primary === undefined && fallbacks === undefined) return;

  const choice = isJsonObject(current) ? current : {};
  if (primary !== undefined) {
    choice.primary = primary;
    named.add(primary);
    changes.push(`Migrated ${label}.${key} string → ${label}.${key}.primary.`);
  }
  if (fallbacks !== undefined) changes.push(`Migrated ${label}.${fallbacksKey} → ${label}.${key}.fallbacks.`);
  for (const model of textsOf(fallbacks)) named.add(model);
  if (!Array.isArray(choice.fallbacks) || choice.fallbacks.length === 0) choice.fallbacks = textsOf(fallbacks);
  section[key] = choice;
}

function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : []).flatMap((item) => text(item) ?? []);
}
