import { type Environment, environmentKey } from '../catalog/environment-keys.ts';
import type { ModelCredential, ProfileChoice } from '../driver.ts';
import { normalizeProvider } from '../refs.ts';
import type { ModelSettings } from '../settings.ts';
import { restingUntil } from './cooldown.ts';
import { orderProfiles } from './order.ts';
import type { AuthProfile, AuthStore } from './profiles.ts';

/** A credential and, when it is a profile's, which. */
export interface FoundCredential extends ModelCredential {
  readonly profile: AuthProfile | undefined;
  /** The profile rests after a failure; nothing better was left. */
  readonly isResting: boolean;
  /** The token is over and has to be renewed before it is used. */
  readonly isExpired: boolean;
}

export interface CredentialQuery {
  readonly provider: string;
  readonly store: AuthStore;
  readonly settings: ModelSettings;
  readonly env: Environment;
  readonly nowMs: number;
  /** The profile of the session. One that rests only stays first when a person chose it. */
  readonly choice?: ProfileChoice;
  /** Profiles that turned out to be of no use. */
  readonly without?: ReadonlySet<string>;
}

/**
 * Looks for the credential of a provider: the pinned profile and no other, else profiles in order, then the environment,
 * then the configuration (reference agent/models.md §4.1). Undefined when there is none.
 */
export function findCredential(query: CredentialQuery): FoundCredential | undefined {
  const { store, settings, nowMs, choice } = query;
  const provider = normalizeProvider(query.provider);
  if (isPinnedFor(provider, query)) {
    const pinned = store.profiles[choice?.id ?? ''];
    return pinned === undefined || pinned.secret === '' ? undefined : ofProfile(pinned, store, nowMs);
  }
  const [first] = usableProfiles(query);
  if (first !== undefined) return ofProfile(first, store, nowMs);
  const fromEnv = environmentKey(provider, query.env);
  if (fromEnv !== undefined) return plain(`env: ${fromEnv.name}`, fromEnv.value);
  const written = settings.providers.find(({ id }) => normalizeProvider(id) === provider)?.apiKey;
  if (written === undefined) return undefined;
  // A key may be written as the name of an environment variable.
  const secret = /^[A-Z][A-Z0-9_]*$/.test(written) ? (query.env[written]?.trim() ?? written) : written;
  return plain('models.json', secret);
}

/** Whether a person's choice decides: a profile of another provider stays behind when the session's model changes. */
export function isPinnedFor(provider: string, { store, choice }: Pick<CredentialQuery, 'store' | 'choice'>): boolean {
  if (choice?.isPinned !== true) return false;
  const pinned = store.profiles[choice.id];
  return pinned === undefined || normalizeProvider(pinned.provider) === normalizeProvider(provider);
}

/** The profiles that could answer, in the order they are to be tried; those that rest come last. */
export function usableProfiles(query: CredentialQuery): readonly AuthProfile[] {
  const { store, settings, nowMs, choice, without } = query;
  const provider = normalizeProvider(query.provider);
  const isAwake = choice !== undefined && restingUntil(store.usageStats[choice.id], nowMs) === undefined;
  const order = orderProfiles({
    provider,
    store,
    auth: settings.auth,
    nowMs,
    ...(isAwake ? { preferred: choice.id } : {}),
  });
  return order.flatMap((id) => {
    const profile = store.profiles[id];
    if (profile === undefined || without?.has(id) === true) return [];
    const isOver = isExpired(profile, nowMs) && profile.refresh === undefined;
    return isOver ? [] : [profile];
  });
}

/** Wraps a secret so that printing, logging or serialising the credential shows only where it came from. */
export function sealed(source: string, secret: string): ModelCredential {
  return { source, reveal: () => secret };
}

/** The sentence for a provider without a credential (reference agent/models.md §4.1). */
export function noCredentialText(provider: string, storePath: string, agentDir: string): string {
  return `No API key found for provider "${provider}". Auth store: ${storePath} (agentDir: ${agentDir}). Configure auth for this agent (openclaw agents add <id>) or copy auth-profiles.json from the main agentDir.`;
}

function plain(source: string, secret: string): FoundCredential {
  return { ...sealed(source, secret), profile: undefined, isResting: false, isExpired: false };
}

function ofProfile(profile: AuthProfile, store: AuthStore, nowMs: number): FoundCredential {
  return {
    ...sealed(`profile:${profile.id}`, profile.secret),
    profile,
    isResting: restingUntil(store.usageStats[profile.id], nowMs) !== undefined,
    isExpired: isExpired(profile, nowMs),
  };
}

function isExpired({ expires }: AuthProfile, nowMs: number): boolean {
  return expires !== undefined && expires <= nowMs;
}
