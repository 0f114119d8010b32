import type { Clock, Logger } from '@chela/observability';
import { objectOf } from '../json-shape.ts';
import type { FoundCredential } from './credentials.ts';
import { sealed } from './credentials.ts';
import { oauthProvider } from './oauth/providers.ts';
import { type OAuthDeps, refreshGrant } from './oauth/token-request.ts';
import type { OtherStores } from './other-stores.ts';
import type { ProfileUsage, UsedProfile } from './profile-usage.ts';
import { type AuthProfile, type AuthStore, mergeAuthStores, parseProfile } from './profiles.ts';
import type { AuthStoreFiles } from './store-file.ts';

/** The profiles of an agent: its own over those of the main agent, kept usable. */
export interface AuthVault {
  load(agentDir: string): Promise<AuthStore>;
  /** Whose file holds a profile; what is learned about it is written there. */
  placeOf(agentDir: string, profile: AuthProfile): Promise<UsedProfile>;
  /** The credential with a token that is good now; rejects when an expired one cannot be renewed. */
  renewed(agentDir: string, credential: FoundCredential): Promise<FoundCredential>;
}

export interface VaultDeps {
  readonly files: AuthStoreFiles;
  readonly usage: ProfileUsage;
  readonly others: OtherStores;
  readonly oauth: OAuthDeps;
  readonly mainAgentDir: string;
  /** Told of keys and tokens as they are read and before they are kept. */
  readonly onCredentials: (secrets: readonly string[]) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createAuthVault(deps: VaultDeps): AuthVault {
  const { usage, others, files, mainAgentDir, clock } = deps;
  const renewals = new Map<string, Promise<AuthProfile>>();

  const single = async (agentDir: string): Promise<AuthStore> => {
    const [store, other] = await Promise.all([usage.read(agentDir), others.profiles(agentDir)]);
    const all = withOthers(store, other);
    deps.onCredentials(Object.values(all.profiles).flatMap(secretsOf));
    return all;
  };
  const placeOf = async (agentDir: string, profile: AuthProfile): Promise<UsedProfile> => {
    const own = agentDir === mainAgentDir ? undefined : (await single(agentDir)).profiles[profile.id];
    return { agentDir: own === undefined ? mainAgentDir : agentDir, provider: profile.provider, id: profile.id };
  };

  /** One renewal at a time for a profile: in this process by the map, among processes by the file's lock. */
  const renew = async (place: UsedProfile, profile: AuthProfile): Promise<AuthProfile> => {
    let result = profile;
    await files.update(place.agentDir, async (file) => {
      const profiles = objectOf(file.profiles);
      const current = parseProfile(profile.id, profiles[profile.id]) ?? profile;
      if (isGood(current, clock.now())) {
        result = current;
        return undefined;
      }
      const entry = await renewedEntry(deps.oauth, current);
      result = parseProfile(profile.id, entry) ?? current;
      deps.onCredentials(secretsOf(result));
      return { ...file, profiles: { ...profiles, [profile.id]: entry } };
    });
    return result;
  };

  /** Somebody else may have a good token of the same account (reference agent/models.md §5.6). */
  const substitute = async (agentDir: string, profile: AuthProfile): Promise<AuthProfile | undefined> => {
    const now = clock.now();
    const [own, main] = await Promise.all([single(agentDir), single(mainAgentDir)]);
    const sibling = Object.values(own.profiles).find(
      ({ id, provider, type, ...other }) =>
        profile.id.endsWith(':default') &&
        id !== profile.id &&
        provider === profile.provider &&
        type === 'oauth' &&
        isGood(other, now),
    );
    return [own.profiles[profile.id], sibling, main.profiles[profile.id]].find(
      (candidate) => candidate !== undefined && isGood(candidate, now),
    );
  };

  return {
    async load(agentDir) {
      if (agentDir === mainAgentDir) return single(agentDir);
      const [main, own] = await Promise.all([single(mainAgentDir), single(agentDir)]);
      return mergeAuthStores(main, own);
    },
    placeOf,
    async renewed(agentDir, credential) {
      const { profile } = credential;
      if (profile === undefined || !credential.isExpired) return credential;
      const place = await placeOf(agentDir, profile);
      const key = `${place.agentDir}\n${profile.id}`;
      const running = renewals.get(key) ?? renew(place, profile).finally(() => renewals.delete(key));
      renewals.set(key, running);
      const fresh = await running.catch(async (error: unknown) => {
        const other = await substitute(agentDir, profile);
        if (other !== undefined) return other;
        deps.logger.warn('an OAuth token could not be renewed', { profile: profile.id, error });
        throw new Error(failureText(profile.provider, error), { cause: error });
      });
      return { ...credential, ...sealed(`profile:${fresh.id}`, fresh.secret), profile: fresh, isExpired: false };
    },
  };
}

async function renewedEntry(oauth: OAuthDeps, profile: AuthProfile): Promise<Readonly<Record<string, unknown>>> {
  const provider = oauthProvider(profile.provider);
  if (provider === undefined || profile.refresh === undefined) throw new Error('there is no way to renew its token');
  const written = profile.entry.clientId;
  const known = typeof written === 'string' && written !== '' ? { ...provider, clientId: written } : provider;
  const grant = await refreshGrant(oauth, known, profile.refresh);
  return {
    ...profile.entry,
    type: 'oauth',
    provider: profile.provider,
    access: grant.access,
    refresh: grant.refresh ?? profile.refresh,
    expires: grant.expires,
  };
}

/** A login of another command line counts when the store has none, or an older one. */
function withOthers(store: AuthStore, others: readonly AuthProfile[]): AuthStore {
  const newer = others.filter((other) => {
    const own = store.profiles[other.id];
    return own === undefined || (own.expires ?? 0) < (other.expires ?? 0);
  });
  if (newer.length === 0) return store;
  return { ...store, profiles: { ...store.profiles, ...Object.fromEntries(newer.map((one) => [one.id, one])) } };
}

function secretsOf({ secret, refresh }: AuthProfile): readonly string[] {
  return refresh === undefined ? [secret] : [secret, refresh];
}

function isGood({ secret, expires }: Pick<AuthProfile, 'secret' | 'expires'>, now: number): boolean {
  return secret !== '' && (expires === undefined || expires > now);
}

function failureText(provider: string, error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return `OAuth token refresh failed for ${provider}: ${words}. Please try again or re-authenticate.`;
}
