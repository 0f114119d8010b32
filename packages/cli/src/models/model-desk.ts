import { agentIds, defaultAgentId, normalizeAgentId } from '@chela/config';
import { type AuthDesk, createAuthDesk, type ModelSettings, readModelSettings } from '@chela/models';
import { type CliContext, CliFailure } from '../context.ts';
import { tildePath } from '../format.ts';
import { type LoadedConfig, loadConfig, requireValid } from '../loaded-config.ts';

/** What the `models` commands work on: the checked configuration, its model settings, and the credentials. */
export interface ModelDesk {
  readonly loaded: LoadedConfig;
  readonly settings: ModelSettings;
  readonly auth: AuthDesk;
  readonly agentId: string;
  /** A path as people read it. */
  tilde(path: string): string;
}

/** Opens the desk for an agent, the default one when none is named; refuses an agent the configuration does not have. */
export async function openModelDesk(context: CliContext, agent: string | undefined): Promise<ModelDesk> {
  const loaded = await loadConfig(context);
  requireValid(loaded);
  const config = loaded.snapshot.config;
  const agentId = agent === undefined ? defaultAgentId(config) : normalizeAgentId(agent);
  if (agent !== undefined && !agentIds(config).includes(agentId)) {
    throw new CliFailure([`Error: Unknown agent id "${agent}". Use "openclaw agents list" to see configured agents.`]);
  }
  return {
    loaded,
    settings: readModelSettings(config),
    auth: createAuthDesk({ config, stateDir: loaded.paths.stateDir, env: context.env, now: context.now }),
    agentId,
    tilde: (path) => tildePath(path, loaded.paths.homeDir),
  };
}
