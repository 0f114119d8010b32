import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentDir, defaultAgentId } from '@chela/config';
import { writeJsonAtomically } from '@chela/store';
import type { GatewayServices } from '../method.ts';
import { isRecord } from '../methods/record.ts';

/** Puts a provider's key where agents look for it; other profiles stay (reference agent/models.md §5). */
export async function storeProviderKey(
  { config }: Pick<GatewayServices, 'config'>,
  provider: string,
  key: string,
): Promise<void> {
  const current = config.current();
  const path = join(agentDir(current, config.paths, defaultAgentId(current)), 'auth-profiles.json');
  const raw = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '{}';
    throw error;
  });
  const parsed: unknown = JSON.parse(raw);
  const store = isRecord(parsed) ? parsed : {};
  const profiles = isRecord(store.profiles) ? store.profiles : {};
  const profile = { type: 'api_key', provider, key };
  await writeJsonAtomically(path, {
    version: 1,
    ...store,
    profiles: { ...profiles, [`${provider}:default`]: profile },
  });
}
