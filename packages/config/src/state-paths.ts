import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Env, firstSet } from './env.ts';
import { resolveUserPath } from './select/resolve-user-path.ts';
import type { StatePaths } from './service.ts';

const STATE_DIR_NAMES = ['.openclaw', '.clawdbot', '.moldbot', '.moltbot'] as const;
const CONFIG_NAMES = ['openclaw.json', 'clawdbot.json', 'moldbot.json', 'moltbot.json'] as const;

/**
 * Where state and configuration live, by the order of the contract (reference config/config.md §1,
 * protocol/state-layout.md §1). Looks at the disk synchronously: it runs once, before anything is served.
 */
export function resolveStatePaths(env: Readonly<Env>): StatePaths {
  const homeDir = resolveHomeDir(env);
  const named = firstSet(env, 'OPENCLAW_STATE_DIR', 'CLAWDBOT_STATE_DIR');
  const stateDir = named === undefined ? defaultStateDir(homeDir) : resolveUserPath(named, homeDir);
  const channelAdaptersDir = firstSet(env, 'CHELA_CHANNEL_ADAPTERS');
  return {
    homeDir,
    stateDir,
    configPath: resolveConfigPath(env, homeDir, stateDir, named !== undefined),
    defaultWorkspaceDir: join(homeDir, STATE_DIR_NAMES[0], workspaceName(env)),
    ...(channelAdaptersDir !== undefined && { channelAdaptersDir: resolve(channelAdaptersDir) }),
  };
}

/** A named profile has a workspace of its own beside the common one. */
function workspaceName(env: Readonly<Env>): string {
  const profile = firstSet(env, 'OPENCLAW_PROFILE');
  return profile === undefined || profile.toLowerCase() === 'default' ? 'workspace' : `workspace-${profile}`;
}

/** `OPENCLAW_HOME` (may start with `~`), else the user's home, else the working directory. */
function resolveHomeDir(env: Readonly<Env>): string {
  const userHome = firstSet(env, 'HOME', 'USERPROFILE') ?? safeHomedir();
  const named = firstSet(env, 'OPENCLAW_HOME');
  return named === undefined ? resolve(userHome) : resolveUserPath(named, userHome);
}

/** The system throws for a user without an entry in its tables. */
function safeHomedir(): string {
  try {
    return homedir();
  } catch {
    return process.cwd();
  }
}

function defaultStateDir(homeDir: string): string {
  const candidates = STATE_DIR_NAMES.map((name) => join(homeDir, name));
  return candidates.find((path) => existsSync(path)) ?? join(homeDir, STATE_DIR_NAMES[0]);
}

function resolveConfigPath(env: Readonly<Env>, homeDir: string, stateDir: string, stateDirNamed: boolean): string {
  const named = firstSet(env, 'OPENCLAW_CONFIG_PATH', 'CLAWDBOT_CONFIG_PATH');
  if (named !== undefined) return resolveUserPath(named, homeDir);
  const folders = stateDirNamed ? [stateDir] : STATE_DIR_NAMES.map((name) => join(homeDir, name));
  const candidates = folders.flatMap((folder) => CONFIG_NAMES.map((name) => join(folder, name)));
  return candidates.find((path) => existsSync(path)) ?? join(stateDir, CONFIG_NAMES[0]);
}
