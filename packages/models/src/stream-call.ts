import type { Clock, Logger, Metrics } from '@chela/observability';
import { cooldownConfig } from './auth/cooldown.ts';
import type { FoundCredential } from './auth/credentials.ts';
import type { Opened } from './auth/open-credential.ts';
import type { ProfileUsage, UsedProfile } from './auth/profile-usage.ts';
import type { AuthProfile } from './auth/profiles.ts';
import type { BudgetGate, Reservation } from './budgets/gate.ts';
import type { ModelApi, ModelDriver, ModelEvent, ModelFailure, ModelRequest, ResolvedModel } from './driver.ts';
import { shapeMessages } from './history/shape-messages.ts';
import { objectOf, stringOf } from './json-shape.ts';
import type { ModelSettings } from './settings.ts';
import { thinkingFallback } from './thinking.ts';

/** How often one call may move on to another profile. */
const PROFILE_ROTATIONS_MAX = 4;

export interface StreamCallDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly usage: ProfileUsage;
  readonly budgets: BudgetGate;
  readonly settings: () => ModelSettings;
  readonly driver: (api: ModelApi) => Promise<ModelDriver>;
  readonly openCredential: (request: ModelRequest, agentId: string, without: ReadonlySet<string>) => Promise<Opened>;
  /** True when another profile than these could answer and does not rest. */
  readonly hasAwake: (request: ModelRequest, agentId: string, without: ReadonlySet<string>) => Promise<boolean>;
  readonly placeOf: (agentId: string, profile: AuthProfile) => Promise<UsedProfile>;
  /** The sentence for a provider without a credential. */
  readonly missingCredential: (provider: string, agentId: string) => string;
}

/**
 * One model call: the only way to a provider. Money is reserved before it and settled after it. A profile whose key is
 * refused or out of credit rests, and the next one is tried at once, as long as nothing was said yet; a thinking level
 * the provider does not know is exchanged for one it offers. Everything else about failing is the caller's to decide.
 */
export async function* streamCall(
  deps: StreamCallDeps,
  request: ModelRequest,
  agentId: string,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const { provider } = request.model.ref;
  let reservation: Reservation | undefined;
  let outputChars = 0;
  try {
    const driver = await deps.driver(request.model.api);
    const opened = await deps.budgets.reserve(request, agentId);
    if ('refusal' in opened) {
      yield failed(opened.refusal, 'budget');
      return;
    }
    reservation = opened;
    for await (const event of attempts(deps, driver, request, agentId, signal)) {
      if (event.type === 'textDelta' || event.type === 'thinkingDelta') outputChars += event.text.length;
      // Settled before the event is passed on: whoever reads it may never ask for the next one.
      if (event.type === 'done') await reservation.settle(event.usage);
      if (event.type === 'failed' && wasRefused(event.failure)) await reservation.release();
      if (event.type === 'done' || event.type === 'failed') record(deps.metrics, event, provider);
      yield event;
    }
  } catch (error) {
    deps.logger.error('model call failed', { provider, error });
    yield failed(error instanceof Error ? error.message : String(error), 'unknown');
  } finally {
    // Whatever ends a call otherwise, a reader who stops reading included: the provider has worked on it.
    await reservation?.breakOff(outputChars);
  }
}

/** A provider that answers with an error has not worked; one that was cut off or fell silent may have. */
function wasRefused({ partial, reason }: ModelFailure): boolean {
  return !partial && reason !== 'aborted' && reason !== 'timeout';
}

/** The same request with one credential after the other and, where the provider insists, another thinking level. */
async function* attempts(
  deps: StreamCallDeps,
  driver: ModelDriver,
  request: ModelRequest,
  agentId: string,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  let shaped: ModelRequest = { ...request, messages: shapeMessages(request.model, request.messages) };
  const levels = new Set([request.thinking]);
  const tried = new Set<string>();
  for (;;) {
    const opened = await credentialFor(deps, request, agentId, tried);
    if ('failure' in opened) {
      yield failed(opened.failure, 'auth');
      return;
    }
    const { credential } = opened;
    const profile = credential?.profile === undefined ? undefined : await deps.placeOf(agentId, credential.profile);
    let again = false;
    for await (const event of driver.stream(addressed(shaped, credential), credential, signal)) {
      if (event.type === 'done') {
        if (profile !== undefined) deps.usage.succeeded(profile, deps.clock.now());
        yield profile === undefined ? event : { ...event, profileId: profile.id };
        continue;
      }
      if (event.type !== 'failed' || event.failure.partial) {
        if (event.type === 'failed') learn(deps, event.failure, profile);
        yield event;
        continue;
      }
      const level = thinkingFallback(event.failure.message, levels);
      if (level !== undefined) {
        deps.logger.warn('the provider does not know the thinking level, taking one it offers', { level });
        levels.add(level);
        shaped = { ...shaped, thinking: level };
        again = true;
        break;
      }
      again = await mayRotate(deps, request, agentId, tried, { failure: event.failure, profile, credential });
      if (again) break;
      yield event;
    }
    if (!again) return;
  }
}

/** Fills `{accountId}` and the like of an address from the profile's metadata (reference agent/models.md §3.3). */
function addressed(request: ModelRequest, credential: FoundCredential | undefined): ModelRequest {
  const { model } = request;
  if (!model.baseUrl.includes('{')) return request;
  const metadata = objectOf(credential?.profile?.entry.metadata);
  const baseUrl = model.baseUrl.replace(/\{(\w+)\}/g, (_whole, name: string) => stringOf(metadata[name]) ?? '');
  return { ...request, model: { ...model, baseUrl } };
}

interface FailedCall {
  readonly failure: ModelFailure;
  readonly profile: UsedProfile | undefined;
  readonly credential: FoundCredential | undefined;
}

/** Whether the failure puts the profile to rest and another one is awake. */
async function mayRotate(
  deps: StreamCallDeps,
  request: ModelRequest,
  agentId: string,
  tried: Set<string>,
  { failure, profile, credential }: FailedCall,
): Promise<boolean> {
  if (profile === undefined || !learn(deps, failure, profile) || request.profile?.isPinned === true) return false;
  tried.add(profile.id);
  if (tried.size > PROFILE_ROTATIONS_MAX || !(await deps.hasAwake(request, agentId, tried))) return false;
  deps.logger.warn('credential rests, trying the next one', {
    provider: request.model.ref.provider,
    source: credential?.source,
  });
  return true;
}

async function credentialFor(
  deps: StreamCallDeps,
  request: ModelRequest,
  agentId: string,
  tried: ReadonlySet<string>,
): Promise<Opened> {
  if (request.model.api === 'demo' || request.model.api === 'cli') return { credential: undefined };
  const opened = await deps.openCredential(request, agentId, tried);
  if ('failure' in opened || opened.credential !== undefined || !needsCredential(request.model)) return opened;
  return { failure: deps.missingCredential(request.model.ref.provider, agentId) };
}

/** Remembers what a failure says about the profile. True when it rests now. */
function learn(deps: StreamCallDeps, failure: ModelFailure, profile: UsedProfile | undefined): boolean {
  if (profile === undefined) return false;
  const config = cooldownConfig(deps.settings().auth.cooldowns, profile.provider);
  return deps.usage.failed(profile, failure.reason, deps.clock.now(), config);
}

function record(metrics: Metrics, event: Extract<ModelEvent, { type: 'done' | 'failed' }>, provider: string): void {
  if (event.type === 'failed') {
    metrics.count('chela_model_requests_total', { provider, outcome: event.failure.reason });
    return;
  }
  const { output, totalTokens } = event.usage;
  metrics.count('chela_model_requests_total', { provider, outcome: 'ok' });
  metrics.count('chela_model_tokens_total', { provider, direction: 'input' }, totalTokens - output);
  metrics.count('chela_model_tokens_total', { provider, direction: 'output' }, output);
}

/** Those that want none, and those that look for the machine's own. */
const WITHOUT_CREDENTIAL: ReadonlySet<ModelApi> = new Set([
  'cli',
  'demo',
  'ollama',
  'bedrock-converse-stream',
  'google-vertex',
]);

/** Servers on this machine may well want no key; clouds find their own credentials; everybody else needs one. */
function needsCredential(model: ResolvedModel): boolean {
  return !WITHOUT_CREDENTIAL.has(model.api) && !isLoopback(model.baseUrl);
}

function isLoopback(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}

function failed(message: string, reason: ModelFailure['reason']): ModelEvent {
  return { type: 'failed', failure: { message, reason, partial: false } };
}
