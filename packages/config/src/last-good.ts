import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject } from './json-object.ts';
import type { StatePaths } from './service.ts';
import type { Config } from './types.ts';
import { writePrivateFile } from './write-private-file.ts';

/**
 * The last generation that was accepted, kept beside the state so that a gateway that starts with a broken file runs on
 * what it ran on before (design rule 9). One writer: the config service.
 */
export interface LastGood {
  /** The stored generation; undefined when there is none or it cannot be read. */
  load(): Promise<Config | undefined>;
  /** Stores a generation unless `hash` says that it is stored already. */
  save(config: Config, hash: string): Promise<void>;
}

interface Stored {
  readonly hash: string;
  readonly config: Config;
}

export function createLastGood(paths: StatePaths): LastGood {
  const file = join(paths.stateDir, 'chela', 'config-last-good.json');
  let storedHash: string | undefined;

  const read = async (): Promise<Stored | undefined> => {
    try {
      const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
      if (!isJsonObject(parsed) || typeof parsed.hash !== 'string' || !isJsonObject(parsed.config)) return undefined;
      return { hash: parsed.hash, config: parsed.config };
    } catch {
      return undefined;
    }
  };

  return {
    async load() {
      const stored = await read();
      storedHash = stored?.hash;
      return stored?.config;
    },
    async save(config, hash) {
      storedHash ??= (await read())?.hash;
      if (storedHash === hash) return;
      await writePrivateFile(file, `${JSON.stringify({ version: 1, hash, config })}\n`);
      storedHash = hash;
    },
  };
}
