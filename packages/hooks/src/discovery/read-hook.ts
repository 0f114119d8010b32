import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Fields, isFields, ownMetadata, readHead, textField, textsField } from '@chela/skills';
import { ownHooksDir } from '../bundled-dir.ts';
import type { Hook, HookInstall, HookSource } from '../hook.ts';

export const HOOK_FILE = 'HOOK.md';
const HANDLER_FILES = ['handler.ts', 'handler.js', 'index.ts', 'index.js'] as const;
/** Far above any description; keeps a huge file out of memory. */
const HOOK_FILE_MAX_BYTES = 256_000;

export type HookReading = { readonly ok: true; readonly hook: Hook } | { readonly ok: false; readonly problem: string };

/** Reads one hook folder (reference agent/automation.md §4.1). Never throws. */
export async function readHook(baseDir: string, source: HookSource): Promise<HookReading> {
  const filePath = join(baseDir, HOOK_FILE);
  const text = await readStart(filePath).catch(() => undefined);
  if (text === undefined) return { ok: false, problem: `${HOOK_FILE} cannot be read` };
  const reading = await readHead(text);
  if (!reading.ok) return reading;
  const handlerPath = await handlerOf(baseDir);
  if (handlerPath === undefined) return { ok: false, problem: `${HOOK_FILE} is there, but no handler file` };
  const { fields } = reading;
  const metadata = ownMetadata(fields);
  const name = textField(fields.name) ?? basename(baseDir);
  const emoji = textField(metadata.emoji);
  const homepage = textField(metadata.homepage ?? fields.homepage ?? fields.website ?? fields.url);
  const hook: Hook = {
    name,
    hookKey: textField(metadata.hookKey) ?? name,
    description: textField(fields.description) ?? '',
    source,
    filePath,
    baseDir,
    handlerPath,
    exportName: textField(metadata.export) ?? 'default',
    events: textsField(metadata.events),
    always: metadata.always === true,
    ...(emoji !== undefined && { emoji }),
    ...(homepage !== undefined && { homepage }),
    requires: requirements(metadata),
    install: installs(metadata.install),
  };
  return { ok: true, hook };
}

function requirements(metadata: Fields): Hook['requires'] {
  const requires = isFields(metadata.requires) ? metadata.requires : {};
  return {
    bins: textsField(requires.bins),
    anyBins: textsField(requires.anyBins),
    env: textsField(requires.env),
    config: textsField(requires.config),
    os: textsField(metadata.os ?? requires.os),
  };
}

function installs(value: unknown): readonly HookInstall[] {
  const entries = Array.isArray(value) ? value.filter(isFields) : [];
  return entries.flatMap((entry, index) => {
    const kind = textField(entry.kind);
    if (kind === undefined) return [];
    const id = textField(entry.id) ?? `${kind}-${index}`;
    return [{ id, kind, label: textField(entry.label) ?? id, bins: textsField(entry.bins) }];
  });
}

/** The handler's file; a hook of this program is its own folder's HOOK.md as far as anybody can see. */
async function handlerOf(baseDir: string): Promise<string | undefined> {
  if (baseDir.startsWith(join(ownHooksDir(), '/'))) return join(baseDir, HOOK_FILE);
  for (const name of HANDLER_FILES) {
    const path = join(baseDir, name);
    if ((await stat(path).catch(() => undefined))?.isFile() === true) return path;
  }
  return undefined;
}

async function readStart(path: string): Promise<string> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HOOK_FILE_MAX_BYTES), 0, HOOK_FILE_MAX_BYTES, 0);
  return buffer.toString('utf8', 0, bytesRead);
}
