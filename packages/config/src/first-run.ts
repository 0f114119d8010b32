import { randomBytes } from 'node:crypto';
import { access, chmod, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Env, firstSet } from './env.ts';
import type { StatePaths } from './service.ts';

const TOKEN_BYTES = 24;
/** What `doctor` and other programs look for. */
const FIRST_FOLDERS = [['agents', 'main'], ['agents', 'main', 'sessions'], ['credentials']] as const;
const DIR_MODE = 0o700;
const FILE_MODE = 0o600;

export interface FirstRun {
  /** True when the configuration file was made by this call. */
  readonly created: boolean;
  /** What was made, in order, for the start screen. */
  readonly made: readonly string[];
}

/**
 * Makes what a gateway needs to start without questions: the state folder, an `openclaw.json` with a fresh token for
 * loopback, and the folders of agent `main`. A configuration that exists is left exactly as it is, and so is everything
 * in a state folder that exists. A secret in the environment is used instead of a generated one.
 */
export async function ensureFirstRun(paths: StatePaths, env: Readonly<Env> = process.env): Promise<FirstRun> {
  const made: string[] = [];
  if (await exists(paths.configPath)) return { created: false, made };

  if (await makeFolder(paths.stateDir)) made.push(paths.stateDir);
  await mkdir(dirname(paths.configPath), { recursive: true, mode: DIR_MODE });
  const workspace = join(paths.stateDir, 'workspace');
  if (!(await createFile(paths.configPath, firstConfig(paths, env, workspace)))) return { created: false, made };
  made.push(paths.configPath);
  if (await makeFolder(workspace)) made.push(workspace);
  for (const folder of FIRST_FOLDERS) {
    const path = join(paths.stateDir, ...folder);
    if (await makeFolder(path)) made.push(path);
  }
  return { created: true, made };
}

/** Strict JSON, so that the next start reads it without the JSON5 parser. */
function firstConfig(paths: StatePaths, env: Readonly<Env>, workspace: string): string {
  const usual = workspace === (paths.defaultWorkspaceDir ?? join(paths.homeDir, '.openclaw', 'workspace'));
  const config = {
    gateway: {
      mode: 'local',
      bind: 'loopback',
      ...firstAuth(env),
    },
    agents: {
      // A state folder elsewhere keeps its workspace with it; the default would be under the home directory.
      ...(usual ? {} : { defaults: { workspace } }),
      list: [{ id: 'main', default: true }],
    },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** A generated token would win over the one in the environment, which clients use. */
function firstAuth(env: Readonly<Env>): object {
  if (firstSet(env, 'OPENCLAW_GATEWAY_PASSWORD', 'CLAWDBOT_GATEWAY_PASSWORD') !== undefined) return {};
  if (firstSet(env, 'OPENCLAW_GATEWAY_TOKEN', 'CLAWDBOT_GATEWAY_TOKEN') !== undefined)
    return { auth: { mode: 'token' } };
  return { auth: { mode: 'token', token: randomBytes(TOKEN_BYTES).toString('hex') } };
}

/** False when somebody else made the file first. */
async function createFile(path: string, content: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', FILE_MODE);
    try {
      await handle.writeFile(content, 'utf8');
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function makeFolder(path: string): Promise<boolean> {
  const first = await mkdir(path, { recursive: true, mode: DIR_MODE });
  if (first === undefined) return false;
  await chmod(path, DIR_MODE);
  return true;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
