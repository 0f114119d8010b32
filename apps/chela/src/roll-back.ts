import { createConfigEditor, resolveStatePaths } from '@chela/config';
import { silentLogger } from '@chela/observability';

/**
 * Puts the configuration of the last generation back when the gateway does not start with the new one, e.g. for a bind
 * address without a secret (design rule 9). False when the configuration is not what keeps it from starting.
 */
export async function rollBack(configText: string | null, error: Error): Promise<boolean> {
  const paths = resolveStatePaths(process.env);
  const editor = createConfigEditor({ paths, env: process.env, logger: silentLogger() });
  const { snapshot } = await editor.read();
  if (configText === null || snapshot.raw === configText) return false;
  await editor.restore(configText);
  process.stderr.write(
    `The gateway does not start with the new configuration: ${error.message}\n` +
      `The one before was put back; the new one is in ${paths.configPath}.bak\n`,
  );
  return true;
}
