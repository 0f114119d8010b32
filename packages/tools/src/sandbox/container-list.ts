import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJsonAtomically } from '@chela/store';
import { isRecord, optionalNumber, optionalText } from '../call/arguments.ts';

/** A sandbox that was set up, as `sandbox/containers.json` has it (reference protocol/state-layout.md). */
export interface ContainerEntry {
  readonly containerName: string;
  /** Key of the scope that uses it. */
  readonly sessionKey: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
  /** Image of the container; `bubblewrap` for a sandbox without one. */
  readonly image: string;
  readonly configHash: string;
}

export const BUBBLEWRAP_IMAGE = 'bubblewrap';

/** Which sandboxes were set up. The program's commands change it too, so that it is read anew for each change. */
export interface ContainerList {
  read(): Promise<readonly ContainerEntry[]>;
  put(entry: ContainerEntry): Promise<void>;
  remove(containerName: string): Promise<void>;
}

function entryOf(value: unknown): ContainerEntry[] {
  if (!isRecord(value)) return [];
  const containerName = optionalText(value, 'containerName');
  if (containerName === undefined) return [];
  return [
    {
      containerName,
      sessionKey: optionalText(value, 'sessionKey') ?? '',
      createdAtMs: optionalNumber(value, 'createdAtMs') ?? 0,
      lastUsedAtMs: optionalNumber(value, 'lastUsedAtMs') ?? 0,
      image: optionalText(value, 'image') ?? '',
      configHash: optionalText(value, 'configHash') ?? '',
    },
  ];
}

export function createContainerList(stateDir: string): ContainerList {
  const path = join(stateDir, 'sandbox', 'containers.json');
  let last: Promise<void> = Promise.resolve();

  async function read(): Promise<readonly ContainerEntry[]> {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '{}';
      throw error;
    });
    const parsed: unknown = JSON.parse(text);
    const entries = isRecord(parsed) && Array.isArray(parsed.entries) ? parsed.entries : [];
    return entries.flatMap(entryOf);
  }

  function change(edit: (entries: readonly ContainerEntry[]) => readonly ContainerEntry[]): Promise<void> {
    const next = last.then(async () => writeJsonAtomically(path, { entries: edit(await read()) }));
    last = next.catch(() => undefined);
    return next;
  }

  return {
    read,
    put: (entry) =>
      change((entries) => [...entries.filter(({ containerName }) => containerName !== entry.containerName), entry]),
    remove: (name) => change((entries) => entries.filter(({ containerName }) => containerName !== name)),
  };
}
