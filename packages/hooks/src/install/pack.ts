import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isFields, textField } from '@chela/skills';
import { findHooks, packHooks } from '../discovery/find-hooks.ts';

/** A folder that is to be installed: one hook, or a package of hooks. */
export interface HookPack {
  /** Name of its folder under the managed hooks, and its key in `hooks.internal.installs`. */
  readonly id: string;
  readonly version?: string;
  /** Names of the hooks in it. */
  readonly hooks: readonly string[];
  /** It brings a package.json with dependencies. */
  readonly hasDependencies: boolean;
  readonly isPackage: boolean;
}

/** Reads a folder as a pack; throws with a readable sentence when it is none. */
export async function readPack(dir: string): Promise<HookPack> {
  const manifest = await readManifest(dir);
  if (manifest !== undefined && (await packHooks(dir)) === undefined) {
    throw new Error('Error: package.json missing openclaw.hooks');
  }
  const { hooks, problems } = await findHooks([{ dir, source: 'openclaw-managed' }]);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  if (hooks.length === 0) throw new Error(`HOOK.md missing in ${dir}`);
  const name = textField(manifest?.name) ?? hooks[0]?.name ?? basename(dir);
  const id = name.split('/').at(-1) ?? name;
  if (!/^[\w-][\w.-]*$/.test(id)) throw new Error(`"${id}" cannot be the name of a folder`);
  const version = textField(manifest?.version);
  return {
    id,
    ...(version !== undefined && { version }),
    hooks: hooks.map((hook) => hook.name),
    hasDependencies: isFields(manifest?.dependencies) && Object.keys(manifest.dependencies).length > 0,
    isPackage: manifest !== undefined,
  };
}

async function readManifest(dir: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readFile(join(dir, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const manifest: unknown = JSON.parse(text);
  return isFields(manifest) ? manifest : {};
}
