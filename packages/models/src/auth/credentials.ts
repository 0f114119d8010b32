import { type Environment, environmentKey } from '../catalog/environment-keys.ts';
import type { ModelCredential } from '../driver.ts';
import { normalizeProvider } from '../refs.ts';
import type { ModelSettings } from '../settings.ts';
import { restingUntil } from './cooldown.ts';
import { orderProfiles } from './order.ts';
import type { AuthStore } from './profiles.ts';

/** A credential and, when it is a profile's, which. */
export interface FoundCredential extends ModelCredential {
  readonly profileId: string | undefined;
  /** The profile rests after a failure; nothing better was left. */
  readonly isResting: boolean;
}

/**
 * Looks for the credential of a provider: profiles in order, then the environment, then the configuration
 * (reference agent/models.md §4.1). Undefined when there is none.
 */
export function findCredential(input: {
  readonly provider: string;
  readonly store: AuthStore;
  readonly settings: ModelSettings;
  readonly env: Environment;
  readonly nowMs: number;
}): FoundCredential | undefined {
  const { store, settings, nowMs } = input;
  const provider = normalizeProvider(input.provider);
  const profileIds = orderProfiles({ provider, store, auth: settings.auth, nowMs });
  for (const id of profileIds) {
    const profile = store.profiles[id];
    // An expired OAuth token needs a refresh this release cannot do; the next profile may still work.
    if (profile === undefined || (profile.expires !== undefined && profile.expires <= nowMs)) continue;
    return {
      ...sealed(`profile:${id}`, profile.secret),
      profileId: id,
      isResting: restingUntil(store.usageStats[id], nowMs) !== undefined,
    };
  }
  const fromEnv = environmentKey(provider, input.env);
  if (fromEnv !== undefined) {
    return { ...sealed(`env: ${fromEnv.name}`, fromEnv.value), profileId: undefined, isResting: false };
  }
  const written = settings.providers.find(({ id }) => normalizeProvider(id) === provider)?.apiKey;
  if (written === undefined) return undefined;
  // A key may be written as the name of an environment variable.
  const secret = /^[A-Z][A-Z0-9_]*$/.test(written) ? (input.env[written]?.trim() ?? written) : written;
  return { ...sealed('models.json', secret), profileId: undefined, isResting: false };
}

/** Wraps a secret so that printing, logging or serialising the credential shows only where it came from. */
export function sealed(source: string, secret: string): ModelCredential {
  return { source, reveal: () => secret };
}

/** The sentence for a provider without a credential (reference agent/models.md §4.1). */
export function noCredentialText(provider: string, storePath: string, agentDir: string): string {
  return `No API key found for provider "${provider}". Auth store: ${storePath} (agentDir: ${agentDir}). Configure auth for this agent (openclaw agents add <id>) or copy auth-profiles.json from the main agentDir.`;
}
