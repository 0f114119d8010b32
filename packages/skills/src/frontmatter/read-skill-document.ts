import type { SkillDocument, SkillMetadata } from '../skill.ts';
import { type Fields, flagField, isFields, textField, textsField } from './fields.ts';
import { readInstallSpecs } from './install-specs.ts';

export type HeadReading =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly problem: string };

export type DocumentReading =
  | { readonly ok: true; readonly document: SkillDocument }
  | { readonly ok: false; readonly problem: string };

const FENCED = /^\uFEFF?---[^\S\n]*\r?\n([\s\S]*?)\r?\n---[^\S\n]*(?:\r?\n|$)/;
/** Aliases of a hostile file must not blow up into gigabytes. */
const ALIASES_MAX = 20;

/** Reads the YAML between two `---` lines at the head of a Markdown file. Never throws. */
export async function readHead(source: string): Promise<HeadReading> {
  const head = FENCED.exec(source)?.[1];
  if (head === undefined) return { ok: false, problem: 'it does not begin with a YAML head between two --- lines' };
  const { parse } = await import('yaml');
  let fields: unknown;
  try {
    fields = parse(head, { maxAliasCount: ALIASES_MAX, logLevel: 'error' });
  } catch (error) {
    return { ok: false, problem: `its head is not valid YAML: ${firstLine(error)}` };
  }
  return isFields(fields) ? { ok: true, fields } : { ok: false, problem: 'its head holds no fields' };
}

/** Reads the head of a SKILL.md (reference agent/automation.md §6.3). Never throws. */
export async function readSkillDocument(source: string): Promise<DocumentReading> {
  const reading = await readHead(source);
  if (!reading.ok) return reading;
  const { fields } = reading;
  const description = textField(fields.description);
  if (description === undefined) return { ok: false, problem: 'it has no description' };
  return { ok: true, document: documentOf(fields, description) };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}

function documentOf(fields: Fields, description: string): SkillDocument {
  const name = textField(fields.name);
  const homepage = textField(fields.homepage ?? fields.website ?? fields.url);
  const dispatched = textField(fields['command-dispatch'])?.toLowerCase() === 'tool';
  const commandTool = dispatched ? textField(fields['command-tool']) : undefined;
  return {
    ...(name !== undefined && { name }),
    description,
    ...(homepage !== undefined && { homepage }),
    userInvocable: flagField(fields['user-invocable'], true),
    modelInvocable: !flagField(fields['disable-model-invocation'], false),
    ...(commandTool !== undefined && { commandTool }),
    metadata: skillMetadata(ownMetadata(fields)),
  };
}

/** The part of `metadata` that is meant for this gateway: an object, or its text as JSON. */
export function ownMetadata({ metadata: value }: Fields): Fields {
  const metadata = typeof value === 'string' ? parsedJson(value) : value;
  const section = isFields(metadata) ? metadata.openclaw : undefined;
  return isFields(section) ? section : {};
}

function parsedJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Reads `metadata.openclaw`; whatever does not fit is as if it were not there. */
export function skillMetadata(fields: Fields): SkillMetadata {
  const requires = isFields(fields.requires) ? fields.requires : {};
  const members = ['emoji', 'homepage', 'skillKey', 'primaryEnv'] as const;
  const texts = members.flatMap((name) => {
    const value = textField(fields[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    always: fields.always === true,
    ...Object.fromEntries(texts),
    requires: {
      bins: textsField(requires.bins),
      anyBins: textsField(requires.anyBins),
      env: textsField(requires.env),
      config: textsField(requires.config),
      os: textsField(fields.os),
    },
    install: readInstallSpecs(fields.install),
  };
}
