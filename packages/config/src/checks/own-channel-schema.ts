import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject } from '../json-object.ts';
import { parseJson5 } from '../read/parse-json5.ts';
import type { SchemaNode } from '../schema/schema-node.ts';
import type { StatePaths } from '../service.ts';

/** Ids become folder names. */
const CHANNEL_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** In a build, and in a checkout. */
const FILES = ['config-schema.json', join('src', 'config-schema.json')];

/**
 * The schema of a channel that the original does not have: `config-schema.json` in its adapter's folder. Undefined when
 * there is no such adapter. Looked for only when a file has a section that nothing else knows.
 */
export async function ownChannelSchema(id: string, paths: StatePaths): Promise<SchemaNode | undefined> {
  if (!CHANNEL_ID.test(id)) return undefined;
  const folders = [
    ...(paths.channelAdaptersDir === undefined ? [] : [paths.channelAdaptersDir]),
    // Beside the chunks of a build, and in a checkout.
    join(import.meta.dirname, '..', 'channels'),
    join(import.meta.dirname, '..', '..', '..', 'channels', 'adapters'),
  ];
  for (const path of folders.flatMap((folder) => FILES.map((file) => join(folder, id, file)))) {
    const source = await readFile(path, 'utf8').catch(() => undefined);
    if (source === undefined) continue;
    const schema = await parseJson5(source);
    if (isJsonObject(schema)) return schema;
  }
  return undefined;
}
