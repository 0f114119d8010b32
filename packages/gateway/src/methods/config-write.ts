import {
  ConfigConflictError,
  type ConfigIssue,
  ConfigRejectedError,
  type ConfigSnapshot,
  checkSubmitted,
  mergePatch,
  migrateLegacyConfig,
  parseJson5,
  RedactedValueError,
  redactedConfig,
  restoreRedacted,
} from '@chela/config';
import { invalidRequest } from '@chela/protocol';
import type { GatewayServices } from '../method.ts';
import { isRecord } from './record.ts';

interface WriteParams {
  /** JSON5: the whole configuration, or a merge patch. */
  readonly raw: string;
  /** The hash of the file as the client knows it. */
  readonly baseHash?: string;
}

export interface WriteAnswer {
  readonly ok: true;
  readonly path: string;
  /** Without secrets. */
  readonly config: unknown;
}

/** Writes whole configurations and patches of them, compare-and-swap (reference config/config.md §9). */
export interface ConfigWriter {
  set(params: WriteParams): Promise<WriteAnswer>;
  patch(params: WriteParams): Promise<WriteAnswer>;
}

export function createConfigWriter(services: Pick<GatewayServices, 'config' | 'editor'>): ConfigWriter {
  const { config, editor } = services;

  const write = async (snapshot: ConfigSnapshot, submitted: unknown): Promise<WriteAnswer> => {
    const checked = await checkSubmitted(submitted, config.paths);
    if (!checked.ok) throw refusal(checked.issues);
    await writing(() => editor.replace(checked.config, { baseHash: snapshot.hash ?? '' }));
    await config.reload();
    return { ok: true, path: config.paths.configPath, config: await redactedConfig(checked.config) };
  };

  return {
    async set({ raw, baseHash }) {
      const { snapshot } = await editor.read();
      requireHash(snapshot, baseHash);
      const known = snapshot.valid ? snapshot.config : (snapshot.resolved ?? snapshot.parsed);
      return write(snapshot, await restored(await parsed(raw), known));
    },
    async patch({ raw, baseHash }) {
      const { snapshot } = await editor.read();
      requireHash(snapshot, baseHash);
      if (!snapshot.valid) throw invalidRequest('invalid config; fix before patching');
      const patch = await parsed(raw);
      if (!isRecord(patch)) throw invalidRequest('config.patch raw must be an object');
      const merged = await restored(mergePatch(snapshot.config, patch), snapshot.config);
      const migration = await migrateLegacyConfig(merged, config.paths);
      return write(snapshot, migration.accepted ? migration.plain : merged);
    },
  };
}

/** Runs a write of the configuration file and turns its refusals into those of the protocol. */
export async function writing<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof ConfigConflictError) throw invalidRequest(error.message);
    if (error instanceof ConfigRejectedError) throw refusal(error.issues);
    throw error;
  }
}

function refusal(issues: readonly ConfigIssue[]): Error {
  return invalidRequest('invalid config', { issues });
}

/** A file that nobody has looked at is not overwritten. */
function requireHash(snapshot: ConfigSnapshot, baseHash: string | undefined): void {
  if (!snapshot.exists) return;
  if (snapshot.hash === undefined) {
    throw invalidRequest('config base hash unavailable; re-run config.get and retry');
  }
  if (!baseHash?.trim()) throw invalidRequest('config base hash required; re-run config.get and retry');
  if (baseHash.trim() !== snapshot.hash) throw invalidRequest(new ConfigConflictError().message);
}

async function parsed(raw: string): Promise<unknown> {
  try {
    return await parseJson5(raw);
  } catch (error) {
    throw invalidRequest(`SyntaxError: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function restored(submitted: unknown, known: unknown): Promise<unknown> {
  try {
    return await restoreRedacted(submitted, known);
  } catch (error) {
    if (error instanceof RedactedValueError) throw invalidRequest(error.message);
    throw error;
  }
}
