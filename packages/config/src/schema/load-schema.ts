import { readDataFile } from '../data-file.ts';
import { OWN_SECTIONS } from './own-sections.ts';
import type { SchemaNode } from './schema-node.ts';

const CHANNEL_PREFIX = 'channels.';

/**
 * The loader's schema with a node for each section that is parsed only when a file has that section: the whole schema
 * is 160 KB, a usual file needs a tenth of it. The data file has one line per section, `name TAB JSON`, in the order in
 * which issues are reported; channels are sections of their own.
 */
export async function loadSchema(): Promise<SchemaNode> {
  const source = await readDataFile('loader-schema.tsv');
  const sections: Record<string, SchemaNode> = {};
  const channels: Record<string, SchemaNode> = {};
  for (const line of source.split('\n')) {
    const tab = line.indexOf('\t');
    if (tab < 0) continue;
    const name = line.slice(0, tab);
    const node = lazyNode(line.slice(tab + 1));
    if (!name.startsWith(CHANNEL_PREFIX)) {
      sections[name] = node;
      continue;
    }
    channels[name.slice(CHANNEL_PREFIX.length)] = node;
    sections.channels ??= { type: 'object', properties: channels, additionalProperties: {} };
  }
  return { type: 'object', properties: { ...sections, ...OWN_SECTIONS }, additionalProperties: false };
}

function lazyNode(source: string): SchemaNode {
  let node: SchemaNode | undefined;
  const load = (): SchemaNode => {
    if (node !== undefined) return node;
    const parsed: unknown = JSON.parse(source);
    if (!isSchemaNode(parsed)) throw new TypeError('loader-schema.tsv: a section is not an object');
    node = parsed;
    return parsed;
  };
  return { lazy: { load, hasDefault: source.startsWith('{"default"') } };
}

/** The data file is our own and tested; its inner nodes need no second look at every start. */
function isSchemaNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
