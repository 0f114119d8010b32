import { findCredential } from './auth/credentials.ts';
import type { AuthStore } from './auth/profiles.ts';
import { ENVIRONMENT_PROVIDERS, type Environment } from './catalog/environment-keys.ts';
import { knownProvider } from './catalog/known-providers.ts';
import type { LocalServer } from './catalog/local-servers.ts';
import { DEMO_REF } from './catalog/resolve-model.ts';
import type { ModelRef } from './driver.ts';
import { DEFAULT_REF } from './refs.ts';
import { configuredRef, hasConfiguredPrimary } from './selection.ts';
import type { ModelSettings } from './settings.ts';

export interface ModelChoice {
  readonly ref: ModelRef;
  /** Why: `config`, a credential's source, `local server` or `demo`. */
  readonly source: string;
}

/**
 * The model of an agent before any session override: the configured one, else one of a provider whose credential is at
 * hand, else the first of a configured provider, else one of a local server, else the demonstration.
 * `findLocal` is only called when nothing before it fits.
 */
export async function chooseDefault(input: {
  readonly agentId: string;
  readonly settings: ModelSettings;
  readonly env: Environment;
  readonly nowMs: number;
  loadProfiles(): Promise<AuthStore>;
  findLocal(): Promise<readonly LocalServer[]>;
}): Promise<ModelChoice> {
  const { agentId, settings, env, nowMs } = input;
  if (hasConfiguredPrimary(settings, agentId))
    return { ref: configuredRef(settings, DEFAULT_REF, agentId), source: 'config' };
  const store = await input.loadProfiles();
  for (const provider of ENVIRONMENT_PROVIDERS) {
    const model = knownProvider(provider)?.models[0]?.id;
    const found = model === undefined ? undefined : findCredential({ provider, store, settings, env, nowMs });
    // A GitHub token in the environment is rarely meant for models.
    const isMeant = provider !== 'github-copilot' || found?.profile !== undefined;
    if (model !== undefined && found !== undefined && isMeant)
      return { ref: { provider, model }, source: found.source };
  }
  const written = firstConfigured(settings);
  if (written !== undefined) return { ref: written, source: 'config' };
  const [server] = await input.findLocal();
  const model = server?.models[0];
  if (server === undefined || model === undefined) return { ref: DEMO_REF, source: 'demo' };
  return { ref: { provider: server.provider, model }, source: 'local server' };
}

function firstConfigured(settings: ModelSettings): ModelRef | undefined {
  const provider = settings.providers.find(({ models }) => models.length > 0);
  const model = provider?.models[0]?.id;
  return provider === undefined || typeof model !== 'string' ? undefined : { provider: provider.id, model };
}
