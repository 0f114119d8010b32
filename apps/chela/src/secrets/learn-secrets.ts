import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentDir, agentIds, type Config, type ConfigService, configSecrets, type Env } from '@chela/config';
import type { KnownSecrets, Logger } from '@chela/observability';

const SECRET_VARIABLE = /token|secret|password|passwd|api_?key|credential|private_?key/i;
const SECRET_MEMBER = /token|secret|password|^key$|api_?key|^access$|^refresh$/i;

/**
 * Tells the redaction which secrets this process holds: those of the configuration, the environment, the models'
 * credentials and the paired devices. Goes on when the configuration changes; the returned function ends it.
 */
export function learnSecrets(deps: {
  readonly secrets: KnownSecrets;
  readonly config: ConfigService;
  readonly env: Env;
  readonly logger: Logger;
}): { readonly ready: Promise<void>; close(): void } {
  const { secrets, config, env, logger } = deps;

  async function learn(current: Config): Promise<void> {
    const variables = Object.entries(env).filter(
      ([name, value]) => SECRET_VARIABLE.test(name) && !value?.startsWith('/'),
    );
    secrets.learn(
      'environment',
      variables.flatMap(([, value]) => value ?? []),
    );
    try {
      secrets.learn('config', await configSecrets(current));
      secrets.learn('files', (await Promise.all(secretFiles(current).map(secretsIn))).flat());
    } catch (error) {
      logger.error('not all secrets are known to the redaction', { error });
    }
  }

  function secretFiles(current: Config): readonly string[] {
    const { paths } = config;
    const agents = agentIds(current).map((id) => join(agentDir(current, paths, id), 'auth-profiles.json'));
    return [
      ...agents,
      join(paths.stateDir, 'devices', 'paired.json'),
      join(paths.stateDir, 'identity', 'device-auth.json'),
    ];
  }

  let ready = learn(config.current());
  const close = config.onChange((next) => {
    ready = ready.then(() => learn(next));
  });
  return {
    get ready() {
      return ready;
    },
    close,
  };
}

/** Texts of a JSON file under names that secrets have. A file that is missing or broken holds none. */
async function secretsIn(path: string): Promise<readonly string[]> {
  const source = await readFile(path, 'utf8').catch(() => '');
  const found: string[] = [];
  const walk = (value: unknown, name: string): void => {
    if (typeof value === 'string' && SECRET_MEMBER.test(name)) found.push(value);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) walk(inner, Array.isArray(value) ? name : key);
  };
  try {
    walk(JSON.parse(source), '');
  } catch {
    return [];
  }
  return found;
}
