import type { Clock, Logger, Metrics } from '@chela/observability';
import { cooldownConfig } from './auth/cooldown.ts';
import type { FoundCredential } from './auth/credentials.ts';
import type { ProfileMemory } from './auth/profile-memory.ts';
import type { ModelApi, ModelDriver, ModelEvent, ModelFailure, ModelRequest, ResolvedModel } from './driver.ts';
import { shapeMessages } from './history/shape-messages.ts';
import type { ModelSettings } from './settings.ts';

/** How often one call may move on to another profile. */
const PROFILE_ROTATIONS_MAX = 4;

export interface StreamCallDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly memory: ProfileMemory;
  readonly settings: () => ModelSettings;
  readonly driver: (api: ModelApi) => Promise<ModelDriver>;
  readonly findCredential: (provider: string, agentId: string) => Promise<FoundCredential | undefined>;
  /** The sentence for a provider without a credential. */
  readonly missingCredential: (provider: string, agentId: string) => string;
}

/**
 * One model call. A profile whose key is refused or out of credit rests, and the next one is tried at once, as long as
 * nothing was said yet; everything else about failing is the caller's to decide.
 */
export async function* streamCall(
  deps: StreamCallDeps,
  request: ModelRequest,
  agentId: string,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const { provider } = request.model.ref;
  try {
    const driver = await deps.driver(request.model.api);
    const shaped = { ...request, messages: shapeMessages(request.model, request.messages) };
    for (let rotations = 0; ; rotations += 1) {
      const credential = request.model.api === 'demo' ? undefined : await deps.findCredential(provider, agentId);
      if (credential === undefined && needsCredential(request.model)) {
        yield failed(deps.missingCredential(provider, agentId), 'auth');
        return;
      }
      let mayRotate = rotations < PROFILE_ROTATIONS_MAX;
      for await (const event of driver.stream(shaped, credential, signal)) {
        const rests = learn(deps, event, provider, credential);
        mayRotate &&= rests && (await hasAwake(deps, provider, agentId));
        if (mayRotate) {
          deps.logger.warn('credential rests, trying the next one', { provider, source: credential?.source });
          break;
        }
        if (event.type === 'done' || event.type === 'failed') record(deps.metrics, event, provider);
        yield event;
      }
      if (!mayRotate) return;
    }
  } catch (error) {
    deps.logger.error('model call failed', { provider, error });
    yield failed(error instanceof Error ? error.message : String(error), 'unknown');
  }
}

/** Remembers what an end says about the profile. True when it rests now and nothing was said yet. */
function learn(
  deps: StreamCallDeps,
  event: ModelEvent,
  provider: string,
  credential: FoundCredential | undefined,
): boolean {
  const id = credential?.profileId;
  if (id === undefined) return false;
  if (event.type === 'done') deps.memory.succeeded(id, deps.clock.now());
  if (event.type !== 'failed') return false;
  const config = cooldownConfig(deps.settings().auth.cooldowns, provider);
  return deps.memory.failed(id, event.failure.reason, deps.clock.now(), config) && !event.failure.partial;
}

async function hasAwake(deps: StreamCallDeps, provider: string, agentId: string): Promise<boolean> {
  const next = await deps.findCredential(provider, agentId);
  return next !== undefined && !next.isResting;
}

function record(metrics: Metrics, event: ModelEvent, provider: string): void {
  if (event.type === 'failed') {
    metrics.count('chela_model_requests_total', { provider, outcome: event.failure.reason });
    return;
  }
  if (event.type !== 'done') return;
  const { output, totalTokens } = event.usage;
  metrics.count('chela_model_requests_total', { provider, outcome: 'ok' });
  metrics.count('chela_model_tokens_total', { provider, direction: 'input' }, totalTokens - output);
  metrics.count('chela_model_tokens_total', { provider, direction: 'output' }, output);
}

/** Servers on this machine may well want no key; everybody else does. */
function needsCredential(model: ResolvedModel): boolean {
  return model.api !== 'demo' && model.api !== 'ollama' && !isLoopback(model.baseUrl);
}

function isLoopback(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}

function failed(message: string, reason: ModelFailure['reason']): ModelEvent {
  return { type: 'failed', failure: { message, reason, partial: false } };
}
