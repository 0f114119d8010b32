import {
  configuredRef,
  DEFAULT_REF,
  type ModelSettings,
  type ProviderAuth,
  parseModelRef,
  refKey,
  resolveRef,
  type ShownProfile,
} from '@chela/models';
import { aliasEntries } from './aliases.ts';
import type { ModelDesk } from './model-desk.ts';

/** Tokens that expire sooner than this are pointed out. */
const WARN_AFTER_MS = 86_400_000;

type OAuthStatus = 'ok' | 'static' | 'expiring' | 'expired' | 'missing';

/** `models status --json` (reference cli/samples/models-status-json). Keys are masked. */
export type ModelsStatus = Awaited<ReturnType<typeof modelsStatusReport>>;

export async function modelsStatusReport(desk: ModelDesk, now: number) {
  const { settings, auth, agentId, loaded } = desk;
  const { providers, profiles } = await auth.overview(agentId);
  const resolved = configuredRef(settings, DEFAULT_REF, agentId);
  const written = settings.agents[agentId]?.primary ?? settings.defaults.primary;
  const kindOf = new Map(providers.map(({ provider, effective }) => [provider, effective.kind]));
  const missing = providersInUse(settings, agentId).filter((id) => (kindOf.get(id) ?? 'missing') === 'missing');
  const logins = profiles.filter(({ type }) => type !== 'api_key');
  return {
    configPath: loaded.snapshot.path,
    ...(settings.agents[agentId]?.primary === undefined ? {} : { agentId }),
    agentDir: auth.agentDir(agentId),
    defaultModel: written ?? refKey(resolved),
    resolvedDefault: refKey(resolved),
    fallbacks: settings.agents[agentId]?.fallbacks ?? settings.defaults.fallbacks ?? [],
    imageModel: settings.imageModel.primary ?? null,
    imageFallbacks: settings.imageModel.fallbacks ?? [],
    aliases: Object.fromEntries(aliasEntries(settings)),
    allowed: settings.entries.map(({ key }) => key),
    auth: {
      storePath: auth.storePath(agentId),
      shellEnvFallback: { enabled: false, appliedKeys: [] },
      providersWithOAuth: [...new Set(logins.map(({ provider }) => provider))].map(
        (id) => `${id} (${logins.filter(({ provider }) => provider === id).length})`,
      ),
      missingProvidersInUse: missing,
      providers: providers
        .filter(({ effective }) => effective.kind !== 'missing')
        .map((one) => providerRow(desk, one, profiles)),
      unusableProfiles: profiles.flatMap(({ id, provider, resting }) =>
        resting === undefined
          ? []
          : [
              {
                profileId: id,
                provider,
                kind: resting.kind,
                ...(resting.reason === undefined ? {} : { reason: resting.reason }),
                until: resting.until,
                remainingMs: resting.until - now,
              },
            ],
      ),
      oauth: {
        warnAfterMs: WARN_AFTER_MS,
        profiles: logins.map((profile) => loginRow(profile, now)),
        providers: providers.map(({ provider }) => {
          const own = logins
            .filter((profile) => profile.provider === provider)
            .map((profile) => loginRow(profile, now));
          return { provider, status: worst(own.map(({ status }) => status)), profiles: own };
        }),
      },
    },
  };
}

/** Providers a run may need now: those of the default, its fallbacks, the image models and the entries. */
function providersInUse(settings: ModelSettings, agentId: string): readonly string[] {
  const names = [
    ...(settings.agents[agentId]?.fallbacks ?? settings.defaults.fallbacks ?? []),
    ...(settings.imageModel.primary === undefined ? [] : [settings.imageModel.primary]),
    ...(settings.imageModel.fallbacks ?? []),
  ];
  const refs = [
    configuredRef(settings, DEFAULT_REF, agentId),
    ...names.flatMap((name) => resolveRef(name, settings) ?? []),
    ...settings.entries.flatMap(({ key }) => parseModelRef(key, DEFAULT_REF.provider) ?? []),
  ];
  return [...new Set(refs.map(({ provider }) => provider))].toSorted((a, b) => a.localeCompare(b));
}

function providerRow(desk: ModelDesk, one: ProviderAuth, all: readonly ShownProfile[]) {
  const profiles = all.filter(({ provider }) => provider === one.provider);
  const count = (type: ShownProfile['type']): number => profiles.filter((profile) => profile.type === type).length;
  const { agentId, auth } = desk;
  const detail =
    one.effective.kind === 'profiles'
      ? desk.tilde(auth.storePath(agentId))
      : one.effective.kind === 'env'
        ? (one.env?.value ?? '')
        : one.effective.detail;
  return {
    provider: one.provider,
    effective: { kind: one.effective.kind, detail },
    profiles: {
      count: profiles.length,
      oauth: count('oauth'),
      token: count('token'),
      apiKey: count('api_key'),
      labels: profiles.map(({ label }) => label),
    },
    ...(one.env === undefined ? {} : { env: one.env }),
    ...(one.written === undefined
      ? {}
      : {
          modelsJson: {
            value: one.written,
            source: `models.json: ${desk.tilde(auth.agentDir(agentId))}/models.json`,
          },
        }),
  };
}

function loginRow({ id, provider, type, label, expires }: ShownProfile, now: number) {
  const status: OAuthStatus =
    expires === undefined
      ? type === 'token'
        ? 'static'
        : 'missing'
      : expires <= now
        ? 'expired'
        : expires - now < WARN_AFTER_MS
          ? 'expiring'
          : 'ok';
  return {
    profileId: id,
    provider,
    type,
    status,
    ...(expires === undefined ? {} : { expiresAt: expires, remainingMs: expires - now }),
    source: 'store',
    label,
  };
}

const BY_SEVERITY: readonly OAuthStatus[] = ['expired', 'expiring', 'ok', 'static'];

function worst(statuses: readonly OAuthStatus[]): OAuthStatus {
  return BY_SEVERITY.find((status) => statuses.includes(status)) ?? 'missing';
}
