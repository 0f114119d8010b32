import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..', '..');
const TEMPLATE = join(import.meta.dirname, 'template');

/** Ids become folder names, keys of the configuration and parts of addresses. */
const CHANNEL_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** They mean something else where ids of channels stand. */
const TAKEN: readonly string[] = ['default', 'defaults', 'lab', 'last', 'newchannel', 'none', 'webchat'];
const LABEL = /^[\p{L}\p{N}][\p{L}\p{N} .-]{0,39}$/u;

export interface NewAdapter {
  readonly id: string;
  /** As people read it; absent: the id with a capital letter. */
  readonly label?: string;
  /** The folder that holds adapters. */
  readonly folder: string;
}

/** Writes a new adapter from the templates and resolves with its files. Rejects, and writes nothing, when there is one. */
export async function writeAdapter({ id, label = capital(id), folder }: NewAdapter): Promise<readonly string[]> {
  if (!CHANNEL_ID.test(id)) throw new Error(`"${id}" is no channel id: lower-case letters, digits, "-" and "_"`);
  if (TAKEN.includes(id)) throw new Error(`"${id}" means something else where ids of channels stand: choose another`);
  if (!LABEL.test(label)) throw new Error(`"${label}" is no label: letters, digits, blanks, "." and "-"`);
  const target = join(folder, id);
  const contents = new Map<string, string>();
  for (const name of await templateFiles()) {
    contents.set(name, filled(await readFile(join(TEMPLATE, name), 'utf8'), id, label));
  }
  const known = await contractSchema(id);
  if (known !== undefined) contents.set(join('src', 'config-schema.json'), known);
  await mkdir(folder, { recursive: true });
  await mkdir(target).catch((error: unknown) => {
    throw new Error(`${target} cannot be made: is there such an adapter?`, { cause: error });
  });
  for (const [name, text] of contents) {
    await mkdir(join(target, dirname(name)), { recursive: true });
    await writeFile(join(target, name), text);
  }
  return [...contents.keys()].map((name) => join(target, name));
}

/** The files that every adapter has, below its folder. */
export async function templateFiles(): Promise<readonly string[]> {
  const entries = await readdir(TEMPLATE, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(TEMPLATE.length + 1)).sort();
}

function filled(text: string, id: string, label: string): string {
  return text
    .replaceAll('NEWCHANNEL', id.toUpperCase().replaceAll('-', '_'))
    .replaceAll('NewChannel', label)
    .replaceAll('newchannel', id);
}

/** Channels of the contract keep the settings that they have there. */
async function contractSchema(id: string): Promise<string | undefined> {
  const schemas: unknown = JSON.parse(
    await readFile(join(ROOT, 'packages', 'config', 'data', 'channel-schemas.json'), 'utf8'),
  );
  const entry = Object.entries(Object(schemas)).find(([known]) => known === id);
  return entry && `${JSON.stringify(entry[1], null, 2)}\n`;
}

const capital = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1);
