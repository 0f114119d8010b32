import { isJsonObject, type JsonObject, objectAt } from '../json-object.ts';
import { type CrossFieldRule, checkStructure } from '../schema/check-structure.ts';
import { crossFieldRules, openDm } from '../schema/cross-field-rules.ts';
import { dottedPath } from '../schema/issue.ts';
import type { ConfigIssue, StatePaths } from '../service.ts';
import { unknownSections } from './channel-ids.ts';
import { ownChannelSchema } from './own-channel-schema.ts';

/** Checks the sections of channels that the original does not have with their adapters' schemas; defaults are filled in. */
export async function checkOwnChannels(
  config: JsonObject,
  paths: StatePaths,
): Promise<{
  readonly config: JsonObject;
  readonly ids: ReadonlySet<string>;
  readonly issues: readonly ConfigIssue[];
}> {
  const ids = new Set<string>();
  const issues: ConfigIssue[] = [];
  let channels = objectAt(config, 'channels') ?? {};
  for (const id of unknownSections(config)) {
    const schema = await ownChannelSchema(id, paths);
    if (schema === undefined) continue;
    ids.add(id);
    const checked = checkStructure(schema, channels[id], (shape) => rulesOf(id, shape));
    issues.push(
      ...checked.issues.map(({ path, message }) => ({ path: dottedPath(['channels', id, ...path]), message })),
    );
    if (isJsonObject(checked.value)) channels = { ...channels, [id]: checked.value };
  }
  return { config: ids.size === 0 ? config : { ...config, channels }, ids, issues };
}

/** What no schema can say holds for every channel: a door for everybody must be meant, and tools are not allowed in two ways. */
function rulesOf(id: string, shape: string): readonly CrossFieldRule[] {
  return shape === '' ? [openDm(id)] : crossFieldRules(`channels.${id}.${shape}`);
}
