import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import type { Clock, Logger, Metrics } from '@chela/observability';
import type { BudgetRepository } from '@chela/store';
import { agentDirOf, mainAgentDir } from './auth/agent-dirs.ts';
import { createCandidateRest } from './auth/candidate-rest.ts';
import { findCredential, noCredentialText, usableProfiles } from './auth/credentials.ts';
import { type Opened, openCredential } from './auth/open-credential.ts';
import { createOtherStores } from './auth/other-stores.ts';
import { createProfileUsage } from './auth/profile-usage.ts';
import type { AuthStore } from './auth/profiles.ts';
import { rotationKeys, withRotation } from './auth/rotation-keys.ts';
import { authStorePath, createAuthStoreFiles } from './auth/store-file.ts';
import { createAuthVault } from './auth/vault.ts';
import { createBudgetGate, OPEN_GATE } from './budgets/gate.ts';
import { planCandidates } from './candidates.ts';
import { bedrockSource } from './catalog/bedrock-models.ts';
import { createDiscoveredModels, type DiscoveredProvider } from './catalog/discovered-models.ts';
import type { Environment } from './catalog/environment-keys.ts';
import { knownProvider } from './catalog/known-providers.ts';
import { listModels } from './catalog/list-models.ts';
import { listingSources } from './catalog/listed-models.ts';
import { createLocalServers, type LocalServer } from './catalog/local-servers.ts';
import { createModelsFile, withModelsFile } from './catalog/models-file.ts';
import { DEMO_REF, resolveModel } from './catalog/resolve-model.ts';
import { chooseDefault, type ModelChoice } from './default-choice.ts';
import type { ModelRef, ProfileChoice, ResolvedModel } from './driver.ts';
import { createDriverLoaders } from './driver-loaders.ts';
import { createBedrockSigner } from './drivers/bedrock/lazy-signer.ts';
import { createLazyTransport } from './drivers/lazy-transport.ts';
import type { Transport } from './drivers/transport.ts';
import { chooseImageModels } from './image-models.ts';
import { DEFAULT_REF, normalizeProvider, refKey, sameRef } from './refs.ts';
import { allowedKeys, configuredRef, resolveRef } from './selection.ts';
import type { CatalogEntry, ModelService } from './service.ts';
import { type ModelSettings, type ProviderSettings, readModelSettings } from './settings.ts';
import { streamCall } from './stream-call.ts';

/** A provider silent for this long is given up. */
const IDLE_TIMEOUT_MS = 120_000;
const ID_CHARS = 24;
const MAIN_AGENT_ID = 'main';

export interface ModelServiceDeps {
  /** The running configuration; read at each call, so that a reload takes effect with the next turn. */
  readonly config: { current(): unknown };
  /** `<stateDir>/agents/<id>/agent` holds an agent's credentials. */
  readonly stateDir: string;
  readonly env: Environment;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Where budgets keep their books; without it nothing is limited. */
  readonly budgets?: BudgetRepository;
  /** The way to providers; `node:http` with kept sockets when absent. */
  readonly transport?: Transport;
  /** Told of every key and token of the credential stores before it is used, and as it is renewed. */
  readonly onCredentials?: (secrets: readonly string[]) => void;
  /** Longest silence of a provider in the middle of a call; 120 s when absent. */
  readonly idleTimeoutMs?: number;
}

/** Makes the model service. Reads no file and opens no connection until something is asked of it. */
export function createModelService(deps: ModelServiceDeps): ModelService {
  const { clock, env, logger, metrics, stateDir } = deps;
  const transport = deps.transport ?? createLazyTransport();
  const mainDir = mainAgentDir(stateDir);
  const modelsFile = createModelsFile(mainDir, { now: () => clock.now() });
  const written = remembered<[unknown], ModelSettings>(() => [deps.config.current()], readModelSettings);
  const settings = remembered<[ModelSettings, readonly ProviderSettings[]], ModelSettings>(
    () => [written(), modelsFile.providers()],
    withModelsFile,
  );
  const files = createAuthStoreFiles({ now: () => clock.now() });
  const usage = createProfileUsage({ files, logger });
  const vault = createAuthVault({
    files,
    usage,
    others: createOtherStores({
      stateDir,
      homeDir: env.OPENCLAW_HOME ?? env.HOME ?? homedir(),
      mainAgentDir: mainDir,
      now: () => clock.now(),
    }),
    oauth: { transport, env, now: () => clock.now() },
    mainAgentDir: mainDir,
    onCredentials: deps.onCredentials ?? (() => {}),
    clock,
    logger,
  });
  const budgets = deps.budgets === undefined ? OPEN_GATE : createBudgetGate({ ...deps, store: deps.budgets });
  const rest = createCandidateRest();
  const local = createLocalServers({ transport, clock });
  const discovered = createDiscoveredModels({
    sources: [
      bedrockSource({ transport, env, sign: createBedrockSigner({ transport, clock, env }) }),
      ...listingSources({
        transport,
        secretOf: async (provider) => {
          const opened = await open(provider, MAIN_AGENT_ID);
          return 'credential' in opened ? opened.credential?.reveal() : undefined;
        },
      }),
    ],
    clock,
    logger,
  });
  const rows = remembered<
    [ModelSettings, readonly LocalServer[], readonly DiscoveredProvider[]],
    readonly CatalogEntry[]
  >(() => [settings(), local.known(), discovered.known()], listModels);
  const driver = createDriverLoaders({
    transport,
    clock,
    env,
    logger,
    idleTimeoutMs: deps.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
    newId: () => randomUUID().replaceAll('-', '').slice(0, ID_CHARS),
  });

  const agentDir = (agentId: string): string => agentDirOf(agentId, settings(), stateDir, env);
  const profiles = (agentId: string): Promise<AuthStore> => vault.load(agentDir(agentId));
  const query = async (provider: string, agentId: string, choice: ProfileChoice | undefined) => ({
    provider,
    store: await profiles(agentId),
    settings: settings(),
    env,
    nowMs: clock.now(),
    ...(choice === undefined ? {} : { choice }),
  });
  const open = async (
    provider: string,
    agentId: string,
    choice?: ProfileChoice,
    without: ReadonlySet<string> = new Set(),
  ): Promise<Opened> =>
    openCredential(vault, agentDir(agentId), { ...(await query(provider, agentId, choice)), without });
  const choose = (agentId: string): Promise<ModelChoice> =>
    chooseDefault({
      agentId,
      settings: settings(),
      env,
      nowMs: clock.now(),
      loadProfiles: () => profiles(agentId),
      findLocal: local.find,
    });
  const allowedFor = (agentId: string, defaultRef: ModelRef): ReadonlySet<string> | undefined => {
    const now = settings();
    return now.entries.length === 0 ? undefined : allowedKeys(now, rows(), configuredRef(now, defaultRef, agentId));
  };

  const resolve = async (ref: ModelRef): Promise<ResolvedModel> => {
    const now = settings();
    const isKnown =
      sameRef(ref, DEMO_REF) ||
      knownProvider(ref.provider) !== undefined ||
      now.providers.some(({ id }) => normalizeProvider(id) === ref.provider);
    return resolveModel(ref, now, isKnown ? [] : await local.find(), discovered.known());
  };
  const resolveFallback = async (ref: ModelRef): Promise<readonly ResolvedModel[]> => {
    try {
      return [await resolve(ref)];
    } catch (error) {
      logger.warn('fallback model left out', { model: refKey(ref), error });
      return [];
    }
  };

  return {
    async catalog() {
      await modelsFile.refresh();
      await discovered.refresh(settings());
      return rows();
    },
    parseRef: (raw) => resolveRef(raw, settings()),
    defaultRef: async (agentId) => (await choose(agentId)).ref,
    async select({ agentId, override, isChosen = false, profile }) {
      await modelsFile.refresh();
      const chosen = override === undefined ? await choose(agentId) : { ref: override, source: 'session' };
      const allowed = allowedFor(agentId, chosen.ref);
      const [, ...others] = planCandidates({
        requested: chosen.ref,
        isChosen,
        agentId,
        settings: settings(),
        allowed,
      });
      const primary = await resolve(chosen.ref);
      const fallbacks = (await Promise.all(others.map(resolveFallback))).flat();
      const store = await profiles(agentId);
      const awake = rest.awake([primary, ...fallbacks], {
        agentDir: agentDir(agentId),
        nowMs: clock.now(),
        isPinned: profile?.isPinned === true,
        profilesOf: (provider) =>
          usableProfiles({ provider, store, settings: settings(), env, nowMs: clock.now() }).map(({ id }) => id),
        usageStats: store.usageStats,
      });
      const [first = primary, ...rested] = awake;
      if (first !== primary)
        logger.warn('a model is passed over while its profiles rest', { model: refKey(primary.ref) });
      return { primary: first, fallbacks: rested, source: chosen.source };
    },
    stream: (request, agentId, signal) =>
      streamCall(
        {
          clock,
          logger,
          metrics,
          usage,
          budgets,
          settings,
          driver,
          openCredential: ({ model, profile }, id, without) => open(model.ref.provider, id, profile, without),
          async hasAwake({ model }, id, without) {
            const next = await open(model.ref.provider, id, undefined, without);
            return 'credential' in next && next.credential !== undefined && !next.credential.isResting;
          },
          placeOf: (id, profile) => vault.placeOf(agentDir(id), profile),
          missingCredential: (provider, id) => noCredentialText(provider, authStorePath(agentDir(id)), agentDir(id)),
        },
        request,
        agentId,
        signal,
      ),
    async allowed(ref, agentId) {
      const keys = allowedFor(agentId, DEFAULT_REF);
      return keys === undefined || keys.has(refKey(ref));
    },
    async credential(provider, agentId) {
      const opened = await open(provider, agentId);
      return 'credential' in opened ? opened.credential : undefined;
    },
    async credentials(provider, agentId, profile) {
      const opened = await open(provider, agentId, profile);
      if ('failure' in opened) return [];
      const { credential } = opened;
      return credential?.profile === undefined
        ? withRotation(credential, rotationKeys(normalizeProvider(provider), env))
        : [credential];
    },
    async profile(id, agentId) {
      const found = (await profiles(agentId)).profiles[id];
      return found === undefined ? undefined : { id, provider: normalizeProvider(found.provider), type: found.type };
    },
    async imageModels(agentId) {
      const store = await profiles(agentId);
      const refs = chooseImageModels({
        settings: settings(),
        rows: rows(),
        primary: (await choose(agentId)).ref,
        hasCredential: (provider) =>
          findCredential({ provider, store, settings: settings(), env, nowMs: clock.now() }) !== undefined,
      });
      return (await Promise.all(refs.map(resolveFallback))).flat();
    },
    budgets: (of) =>
      of === undefined
        ? budgets.report([...new Set([MAIN_AGENT_ID, ...Object.keys(settings().agents)])])
        : budgets.report([of.agentId], of.sessionId),
    close: () => usage.flush(),
  };
}

/** A function of other things that is only worked out again when one of them is another object than last time. */
function remembered<Inputs extends readonly unknown[], Result>(
  inputs: () => Inputs,
  work: (...inputs: Inputs) => Result,
): () => Result {
  let last: { readonly inputs: Inputs; readonly result: Result } | undefined;
  return () => {
    const now = inputs();
    if (last === undefined || now.some((input, index) => input !== last?.inputs[index]))
      last = { inputs: now, result: work(...now) };
    return last.result;
  };
}
