import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Logger, Metrics } from '@chela/observability';
import { cooldownConfig } from './auth/cooldown.ts';
import { type FoundCredential, findCredential, noCredentialText } from './auth/credentials.ts';
import { createProfileMemory } from './auth/profile-memory.ts';
import { authStorePath, createAuthStoreFiles } from './auth/store-file.ts';
import { planCandidates } from './candidates.ts';
import { ENVIRONMENT_PROVIDERS, type Environment } from './catalog/environment-keys.ts';
import { knownProvider } from './catalog/known-providers.ts';
import { listModels } from './catalog/list-models.ts';
import { createLocalServers } from './catalog/local-servers.ts';
import { DEMO_REF, resolveModel } from './catalog/resolve-model.ts';
import type { ModelEvent, ModelFailure, ModelRef, ModelRequest, ResolvedModel } from './driver.ts';
import { createDriverLoaders } from './driver-loaders.ts';
import { shapeMessages } from './history/shape-messages.ts';
import { DEFAULT_REF, refKey } from './refs.ts';
import { allowedKeys, configuredRef, hasConfiguredPrimary, resolveRef } from './selection.ts';
import type { ModelService } from './service.ts';
import { type ModelSettings, readModelSettings } from './settings.ts';

/** A provider silent for this long is given up. */
const IDLE_TIMEOUT_MS = 120_000;
const MAIN_AGENT = 'main';

export interface ModelServiceDeps {
  /** The running configuration; read at each call, so that a reload takes effect with the next turn. */
  readonly config: { current(): unknown };
  /** `<stateDir>/agents/<id>/agent` holds an agent's credentials. */
  readonly stateDir: string;
  readonly env: Environment;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
  /** Longest silence of a provider in the middle of a call; 120 s when absent. */
  readonly idleTimeoutMs?: number;
}

type Choice = { readonly ref: ModelRef; readonly source: string };

/** Makes the model service. Reads no file and opens no connection until something is asked of it. */
export function createModelService(deps: ModelServiceDeps): ModelService {
  const { clock, env, logger, metrics } = deps;
  const doFetch = deps.fetch ?? fetch;
  const settings = createSettingsReader(deps.config);
  const mainAgentDir = join(deps.stateDir, 'agents', MAIN_AGENT, 'agent');
  const authFiles = createAuthStoreFiles({ mainAgentDir });
  const memory = createProfileMemory();
  const local = createLocalServers({ fetch: doFetch, clock });
  const driver = createDriverLoaders({
    fetch: doFetch,
    clock,
    idleTimeoutMs: deps.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
    newId: () => randomUUID().replaceAll('-', '').slice(0, 24),
  });

  const agentDir = (agentId: string): string => {
    const id = agentId.trim().toLowerCase();
    const written = settings().agents[id]?.agentDir;
    return written === undefined ? join(deps.stateDir, 'agents', id, 'agent') : expandHome(written, env);
  };

  const findFor = async (provider: string, agentId: string): Promise<FoundCredential | undefined> => {
    const store = memory.applyTo(await authFiles.load(agentDir(agentId)));
    return findCredential({ provider, store, settings: settings(), env, nowMs: clock.now() });
  };

  /** What to use when nothing is configured: a credential at hand, a local server, the demonstration. */
  const choose = async (agentId: string): Promise<Choice> => {
    const now = settings();
    if (hasConfiguredPrimary(now, agentId)) return { ref: configuredRef(now, DEFAULT_REF, agentId), source: 'config' };
    for (const provider of ENVIRONMENT_PROVIDERS) {
      const model = knownProvider(provider)?.models[0]?.id;
      const found = model === undefined ? undefined : await findFor(provider, agentId);
      if (model !== undefined && found !== undefined) return { ref: { provider, model }, source: found.source };
    }
    const written = firstConfigured(now);
    if (written !== undefined) return { ref: written, source: 'config' };
    const [server] = await local.find();
    const model = server?.models[0];
    if (server !== undefined && model !== undefined) {
      return { ref: { provider: server.provider, model }, source: 'local server' };
    }
    return { ref: DEMO_REF, source: 'demo' };
  };

  const allowedFor = (agentId: string, defaultRef: ModelRef): ReadonlySet<string> | undefined => {
    const now = settings();
    return allowedKeys(now, listModels(now, local.known()), configuredRef(now, defaultRef, agentId));
  };

  const resolve = async (ref: ModelRef): Promise<ResolvedModel> => {
    const now = settings();
    const isWritten = now.providers.some(({ id }) => id === ref.provider) || knownProvider(ref.provider) !== undefined;
    return resolveModel(ref, now, isWritten || ref.provider === DEMO_REF.provider ? [] : await local.find());
  };

  const resolveFallbacks = async (refs: readonly ModelRef[]): Promise<readonly ResolvedModel[]> => {
    const found = await Promise.all(
      refs.map((ref) =>
        resolve(ref).catch((error: unknown) => {
          logger.warn('fallback model left out', { model: refKey(ref), error });
          return [];
        }),
      ),
    );
    return found.flat();
  };

  async function* stream(request: ModelRequest, agentId: string, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const { provider } = request.model.ref;
    try {
      const impl = await driver(request.model.api);
      const shaped = { ...request, messages: shapeMessages(request.model, request.messages) };
      for (let attempt = 0; ; attempt += 1) {
        const credential = request.model.api === 'demo' ? undefined : await findFor(provider, agentId);
        if (credential === undefined && needsCredential(request.model, settings())) {
          yield failed(noCredentialText(provider, authStorePath(agentDir(agentId)), agentDir(agentId)), 'auth');
          return;
        }
        let isRetried = false;
        for await (const event of impl.stream(shaped, credential, signal)) {
          if (event.type === 'done' || event.type === 'failed') record(event, provider);
          if (event.type === 'done' && credential?.profileId !== undefined) {
            memory.succeeded(credential.profileId, clock.now());
          }
          if (event.type === 'failed' && credential?.profileId !== undefined) {
            const rests = memory.failed(credential.profileId, event.failure.reason, clock.now(), cooldownsOf(provider));
            isRetried =
              rests && !event.failure.partial && attempt < PROFILE_ROTATIONS_MAX && (await hasAwake(provider, agentId));
            if (isRetried) {
              logger.warn('credential rests, trying the next one', {
                provider,
                source: credential.source,
                reason: event.failure.reason,
              });
              break;
            }
          }
          yield event;
        }
        if (!isRetried) return;
      }
    } catch (error) {
      logger.error('model call failed', { provider, error });
      yield failed(error instanceof Error ? error.message : String(error), 'unknown');
    }
  }

  const cooldownsOf = (provider: string): ReturnType<typeof cooldownConfig> =>
    cooldownConfig(settings().auth.cooldowns, provider);

  const hasAwake = async (provider: string, agentId: string): Promise<boolean> => {
    const next = await findFor(provider, agentId);
    return next !== undefined && !next.isResting;
  };

  const record = (event: ModelEvent, provider: string): void => {
    if (event.type === 'failed') {
      metrics.count('chela_model_requests_total', { provider, outcome: event.failure.reason });
      return;
    }
    if (event.type !== 'done') return;
    metrics.count('chela_model_requests_total', { provider, outcome: 'ok' });
    metrics.count(
      'chela_model_tokens_total',
      { provider, direction: 'input' },
      event.usage.totalTokens - event.usage.output,
    );
    metrics.count('chela_model_tokens_total', { provider, direction: 'output' }, event.usage.output);
  };

  return {
    catalog: async () => listModels(settings(), local.known()),
    parseRef: (raw) => resolveRef(raw, settings()),
    defaultRef: async (agentId) => (await choose(agentId)).ref,
    async select({ agentId, override }) {
      const chosen: Choice = override === undefined ? await choose(agentId) : { ref: override, source: 'session' };
      const [first, ...rest] = planCandidates({
        requested: chosen.ref,
        agentId,
        settings: settings(),
        allowed: allowedFor(agentId, chosen.ref),
      });
      const primary = await resolve(first ?? chosen.ref);
      return { primary, fallbacks: await resolveFallbacks(rest), source: chosen.source };
    },
    stream,
    async allowed(ref, agentId) {
      const keys = allowedFor(agentId, DEFAULT_REF);
      return keys === undefined || keys.has(refKey(ref)) || refKey(ref) === refKey(DEMO_REF);
    },
    credential: findFor,
  };
}

/** How often one call may move on to another profile. */
const PROFILE_ROTATIONS_MAX = 4;

/** Reads the settings once per generation of the configuration. */
function createSettingsReader(config: ModelServiceDeps['config']): () => ModelSettings {
  let seen: unknown;
  let read = readModelSettings(undefined);
  return () => {
    const current = config.current();
    if (current !== seen) {
      seen = current;
      read = readModelSettings(current);
    }
    return read;
  };
}

function firstConfigured(settings: ModelSettings): ModelRef | undefined {
  const provider = settings.providers.find(({ models }) => models.length > 0);
  const model = provider?.models[0]?.id;
  return provider === undefined || typeof model !== 'string' ? undefined : { provider: provider.id, model };
}

/** Local servers and providers written down without a key may well want none. */
function needsCredential(model: ResolvedModel, settings: ModelSettings): boolean {
  if (model.api === 'demo' || model.api === 'ollama') return false;
  return (
    !isLoopback(model.baseUrl) ||
    settings.providers.some(({ id, apiKey }) => id === model.ref.provider && apiKey !== undefined)
  );
}

function isLoopback(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}

function expandHome(path: string, env: Environment): string {
  return path.startsWith('~/') ? join(env.OPENCLAW_HOME ?? env.HOME ?? homedir(), path.slice(2)) : path;
}

function failed(message: string, reason: ModelFailure['reason']): ModelEvent {
  return { type: 'failed', failure: { message, reason, partial: false } };
}
