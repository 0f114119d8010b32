import { randomUUID } from 'node:crypto';
import type { Clock, Logger, Metrics } from '@chela/observability';
import { agentDirOf, mainAgentDir } from './auth/agent-dirs.ts';
import { type FoundCredential, findCredential, noCredentialText } from './auth/credentials.ts';
import { createProfileMemory } from './auth/profile-memory.ts';
import type { AuthStore } from './auth/profiles.ts';
import { authStorePath, createAuthStoreFiles } from './auth/store-file.ts';
import { planCandidates } from './candidates.ts';
import type { Environment } from './catalog/environment-keys.ts';
import { knownProvider } from './catalog/known-providers.ts';
import { listModels } from './catalog/list-models.ts';
import { createLocalServers, type LocalServer } from './catalog/local-servers.ts';
import { DEMO_REF, resolveModel } from './catalog/resolve-model.ts';
import { chooseDefault, type ModelChoice } from './default-choice.ts';
import type { ModelRef, ResolvedModel } from './driver.ts';
import { createDriverLoaders } from './driver-loaders.ts';
import { createLazyTransport } from './drivers/lazy-transport.ts';
import type { Transport } from './drivers/transport.ts';
import { DEFAULT_REF, normalizeProvider, refKey, sameRef } from './refs.ts';
import { allowedKeys, configuredRef, resolveRef } from './selection.ts';
import type { CatalogEntry, ModelService } from './service.ts';
import { type ModelSettings, readModelSettings } from './settings.ts';
import { streamCall } from './stream-call.ts';

/** A provider silent for this long is given up. */
const IDLE_TIMEOUT_MS = 120_000;
const ID_CHARS = 24;

export interface ModelServiceDeps {
  /** The running configuration; read at each call, so that a reload takes effect with the next turn. */
  readonly config: { current(): unknown };
  /** `<stateDir>/agents/<id>/agent` holds an agent's credentials. */
  readonly stateDir: string;
  readonly env: Environment;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** The way to providers; `node:http` with kept sockets when absent. */
  readonly transport?: Transport;
  /** Longest silence of a provider in the middle of a call; 120 s when absent. */
  readonly idleTimeoutMs?: number;
}

/** Makes the model service. Reads no file and opens no connection until something is asked of it. */
export function createModelService(deps: ModelServiceDeps): ModelService {
  const { clock, env, logger, metrics, stateDir } = deps;
  const transport = deps.transport ?? createLazyTransport();
  const settings = remembered<[unknown], ModelSettings>(() => [deps.config.current()], readModelSettings);
  const authFiles = createAuthStoreFiles({ mainAgentDir: mainAgentDir(stateDir) });
  const memory = createProfileMemory();
  const local = createLocalServers({ transport, clock });
  const rows = remembered<[ModelSettings, readonly LocalServer[]], readonly CatalogEntry[]>(
    () => [settings(), local.known()],
    listModels,
  );
  const driver = createDriverLoaders({
    transport,
    clock,
    idleTimeoutMs: deps.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
    newId: () => randomUUID().replaceAll('-', '').slice(0, ID_CHARS),
  });

  const agentDir = (agentId: string): string => agentDirOf(agentId, settings(), stateDir, env);
  const profiles = async (agentId: string): Promise<AuthStore> =>
    memory.applyTo(await authFiles.load(agentDir(agentId)));
  const credential = async (provider: string, agentId: string): Promise<FoundCredential | undefined> => {
    const store = await profiles(agentId);
    return findCredential({ provider, store, settings: settings(), env, nowMs: clock.now() });
  };
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
    return resolveModel(ref, now, isKnown ? [] : await local.find());
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
    catalog: async () => rows(),
    parseRef: (raw) => resolveRef(raw, settings()),
    defaultRef: async (agentId) => (await choose(agentId)).ref,
    async select({ agentId, override }) {
      const chosen = override === undefined ? await choose(agentId) : { ref: override, source: 'session' };
      const allowed = allowedFor(agentId, chosen.ref);
      const [, ...rest] = planCandidates({ requested: chosen.ref, agentId, settings: settings(), allowed });
      const primary = await resolve(chosen.ref);
      const fallbacks = await Promise.all(rest.map(resolveFallback));
      return { primary, fallbacks: fallbacks.flat(), source: chosen.source };
    },
    stream: (request, agentId, signal) =>
      streamCall(
        {
          clock,
          logger,
          metrics,
          memory,
          settings,
          driver,
          findCredential: credential,
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
    credential,
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
