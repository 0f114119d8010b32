import { homedir } from 'node:os';
import { ENVIRONMENT_PROVIDERS, type Environment, environmentKey } from '../catalog/environment-keys.ts';
import { createLazyTransport } from '../drivers/lazy-transport.ts';
import type { Transport } from '../drivers/transport.ts';
import { objectOf } from '../json-shape.ts';
import { normalizeProvider } from '../refs.ts';
import { readModelSettings } from '../settings.ts';
import { agentDirOf, mainAgentDir } from './agent-dirs.ts';
import { restingUntil } from './cooldown.ts';
import { findCredential } from './credentials.ts';
import type { LoginPerson, LoginResult } from './oauth/login.ts';
import { createOtherStores } from './other-stores.ts';
import { type AuthProfile, type AuthStore, mergeAuthStores } from './profiles.ts';
import { authStorePath, createAuthStoreFiles } from './store-file.ts';

/** What the command line sees and changes of the credentials of an agent. Secrets leave it masked. */
export interface AuthDesk {
  agentDir(agentId: string): string;
  storePath(agentId: string): string;
  overview(agentId: string): Promise<AuthOverview>;
  /** Stores a profile in the agent's own file; one of the same id is replaced. */
  store(agentId: string, login: LoginResult): Promise<void>;
  /** The written order of a provider in the agent's own file; undefined when there is none. */
  order(agentId: string, provider: string): Promise<readonly string[] | undefined>;
  /** Writes the order, or takes it away. */
  setOrder(agentId: string, provider: string, ids: readonly string[] | undefined): Promise<void>;
  signIn(provider: string, person: LoginPerson): Promise<LoginResult>;
}

export interface AuthOverview {
  readonly providers: readonly ProviderAuth[];
  readonly profiles: readonly ShownProfile[];
}

export interface ProviderAuth {
  readonly provider: string;
  /** Where a call would take its credential from now. */
  readonly effective: { readonly kind: 'profiles' | 'env' | 'models.json' | 'missing'; readonly detail: string };
  readonly env: { readonly value: string; readonly source: string } | undefined;
  /** The key of the configuration, masked. */
  readonly written: string | undefined;
}

export interface ShownProfile {
  readonly id: string;
  readonly provider: string;
  readonly type: AuthProfile['type'];
  readonly label: string;
  readonly expires: number | undefined;
  /** A profile that cannot be used now: until when, and why. */
  readonly resting:
    | { readonly until: number; readonly kind: 'cooldown' | 'disabled'; readonly reason: string | undefined }
    | undefined;
}

export interface AuthDeskDeps {
  readonly config: unknown;
  readonly stateDir: string;
  readonly env: Environment;
  readonly now: () => number;
  readonly transport?: Transport;
}

export function createAuthDesk(deps: AuthDeskDeps): AuthDesk {
  const { config, stateDir, env, now } = deps;
  const settings = readModelSettings(config);
  const files = createAuthStoreFiles({ now });
  const mainDir = mainAgentDir(stateDir);
  const others = createOtherStores({
    stateDir,
    homeDir: env.OPENCLAW_HOME ?? env.HOME ?? homedir(),
    mainAgentDir: mainDir,
    now,
  });
  const agentDir = (agentId: string): string => agentDirOf(agentId, settings, stateDir, env);
  const single = async (dir: string): Promise<AuthStore> => {
    const store = await files.read(dir);
    const found = Object.fromEntries((await others.profiles(dir)).map((profile) => [profile.id, profile]));
    return { ...store, profiles: { ...found, ...store.profiles } };
  };
  const load = async (dir: string): Promise<AuthStore> =>
    dir === mainDir ? single(dir) : mergeAuthStores(await single(mainDir), await single(dir));

  const providerAuth = (provider: string, store: AuthStore): ProviderAuth => {
    const found = findCredential({ provider, store, settings, env, nowMs: now() });
    const fromEnv = environmentKey(provider, env);
    const written = settings.providers.find(({ id }) => normalizeProvider(id) === provider)?.apiKey;
    const masked = written === undefined ? undefined : maskedKey(written);
    const kind =
      found === undefined
        ? 'missing'
        : found.profile !== undefined
          ? 'profiles'
          : fromEnv !== undefined
            ? 'env'
            : 'models.json';
    const detail = {
      missing: 'missing',
      profiles: found?.profile?.id ?? '',
      env: fromEnv?.name ?? '',
      'models.json': masked ?? '',
    };
    return {
      provider,
      effective: { kind, detail: detail[kind] },
      env: fromEnv === undefined ? undefined : { value: maskedKey(fromEnv.value), source: `env: ${fromEnv.name}` },
      written: masked,
    };
  };

  return {
    agentDir,
    storePath: (agentId) => authStorePath(agentDir(agentId)),
    async overview(agentId) {
      const store = await load(agentDir(agentId));
      const profiles = Object.values(store.profiles);
      const names = [
        ...settings.providers.map(({ id }) => id),
        ...profiles.map(({ provider }) => provider),
        ...ENVIRONMENT_PROVIDERS.filter((provider) => environmentKey(provider, env) !== undefined),
      ].map(normalizeProvider);
      const unique = [...new Set(names)].toSorted((a, b) => a.localeCompare(b));
      return {
        providers: unique.map((provider) => providerAuth(provider, store)),
        profiles: profiles.map((profile) => shownProfile(profile, store, now())),
      };
    },
    store: (agentId, { profileId, entry }) =>
      files.update(agentDir(agentId), (file) => ({
        ...file,
        profiles: { ...objectOf(file.profiles), [profileId]: entry },
      })),
    async order(agentId, provider) {
      const { order } = await files.read(agentDir(agentId));
      const id = normalizeProvider(provider);
      return Object.entries(order).find(([name]) => normalizeProvider(name) === id)?.[1];
    },
    setOrder: (agentId, provider, ids) =>
      files.update(agentDir(agentId), (file) => {
        const id = normalizeProvider(provider);
        const kept = Object.entries(objectOf(file.order)).filter(([name]) => normalizeProvider(name) !== id);
        const order = Object.fromEntries(ids === undefined ? kept : [...kept, [id, ids]]);
        const { order: _old, ...rest } = file;
        return Object.keys(order).length === 0 ? rest : { ...rest, order };
      }),
    async signIn(provider, person) {
      const { signIn } = await import('./oauth/login.ts');
      return signIn(
        { transport: deps.transport ?? createLazyTransport(), env, now },
        normalizeProvider(provider),
        person,
      );
    },
  };
}

const MASK_FROM_CHARS = 12;

/** Enough of a key to recognise it, not enough to use it. */
export function maskedKey(key: string): string {
  return key.length < MASK_FROM_CHARS ? '****' : `${key.slice(0, 4)}…${key.slice(-4)}`;
}

function shownProfile(profile: AuthProfile, store: AuthStore, nowMs: number): ShownProfile {
  const { id, provider, type, email, expires, secret } = profile;
  const stats = store.usageStats[id];
  const until = restingUntil(stats, nowMs);
  const isDisabled = (stats?.disabledUntil ?? 0) > nowMs;
  const what = type === 'oauth' ? 'OAuth' : `${type === 'token' ? 'token:' : ''}${maskedKey(secret)}`;
  return {
    id,
    provider: normalizeProvider(provider),
    type,
    label: `${id}=${what}${email === undefined ? '' : ` (${email})`}`,
    expires,
    resting:
      until === undefined
        ? undefined
        : { until, kind: isDisabled ? 'disabled' : 'cooldown', reason: stats?.disabledReason },
  };
}
