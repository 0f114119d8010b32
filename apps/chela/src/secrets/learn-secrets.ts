import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentDir, agentIds, type Config, type ConfigService, configSecrets, type Env } from '@chela/config';
import type { KnownSecrets, Logger } from '@chela/observability';

const SECRET_VARIABLE = /token|secret|password|passwd|api_?key|credential|private_?key/i;
/** A setting that names a file with nothing but a secret in it, e.g. `channels.telegram.tokenFile`. */
const SECRET_FILE = /(?:token|secret|password|key)File$/i;
const MAX_SECRET_FILE_BYTES = 65_536;
const SECRET_MEMBER = /token|secret|password|^key$|api_?key|^access$|^refresh$/i;

/**
 * Tells the redaction which secrets this process holds from its start: those of the configuration and the files it
 * names, the environment, the models' credentials, and the paired devices and nodes. Goes on when the configuration
 * changes; the returned function ends it. What is made later is added by those who make it (`guarded-pairing.ts`,
 * `onCredentials` of the models).
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
      secrets.learn(
        'named files',
        (await Promise.all(namedFiles(current, config.paths.homeDir).map(contentOf))).flat(),
      );
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
      join(paths.stateDir, 'nodes', 'paired.json'),
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

/** Files that settings name as the place of a secret. */
function namedFiles(config: unknown, homeDir: string): readonly string[] {
  const found: string[] = [];
  const walk = (value: unknown, name: string): void => {
    if (typeof value === 'string' && value !== '' && SECRET_FILE.test(name)) {
      found.push(value.replace(/^~(?=\/|$)/, homeDir));
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) walk(inner, key);
  };
  walk(config, '');
  return found;
}

/** A file that is missing, or too long for a secret, holds none. */
async function contentOf(path: string): Promise<readonly string[]> {
  const source = await readFile(path, 'utf8').catch(() => '');
  const secret = source.trim();
  return secret === '' || source.length > MAX_SECRET_FILE_BYTES ? [] : [secret];
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
