import type { Answered, Onboarding, OnboardingDraft, OnboardingFacts, OnboardingStep } from './onboarding-state.ts';
import { STEPS } from './onboarding-steps.ts';

/**
 * Onboarding as a state machine: which question comes next, which answers count, and what is written in the end
 * (reference cli/doctor.md §4, protocol/methods.json wizard.*). Pure; a page, an app or a terminal shows the steps.
 *
 * intro → security → risk → mode → (existing → handling) → (where) → local: workspace → provider → (apiKey) → model →
 * (modelName) → (port → bind → (bindHost) → auth → tailscale → token | password) → channel → (channelSetting …) → summary →
 * done; remote: remoteUrl → remoteAuth → (remoteToken) → summary → done. Quickstart leaves out the bracket about the gateway.
 */

const REMOTE_URL = 'ws://127.0.0.1:18789';

export function startOnboarding(facts: OnboardingFacts): Onboarding {
  const draft: OnboardingDraft = {
    advanced: false,
    reset: false,
    mode: facts.mode ?? 'local',
    workspace: facts.workspace,
    provider: undefined,
    apiKey: undefined,
    model: undefined,
    port: facts.port,
    bind: facts.bind,
    bindHost: undefined,
    auth: 'token',
    tailscale: 'off',
    token: facts.token,
    password: undefined,
    channel: undefined,
    remoteUrl: facts.remoteUrl ?? REMOTE_URL,
    remoteToken: undefined,
  };
  return { name: 'intro', facts, draft };
}

/** What is asked now; undefined when nothing is. */
export function onboardingStep(state: Onboarding): OnboardingStep | undefined {
  return state.name === 'done' || state.name === 'declined' ? undefined : STEPS[state.name].show(state);
}

export function answerOnboarding(state: Onboarding, value: unknown): Answered {
  if (state.name === 'done' || state.name === 'declined') return { problem: 'nothing is asked any more' };
  if (state.name === 'risk' && !isYes(value)) return { next: { name: 'declined', error: 'risk not accepted' } };
  const taken = STEPS[state.name].take(value, state);
  if (typeof taken === 'string') return { problem: taken };
  const { facts } = state;
  const draft = { ...state.draft, ...taken.change };
  return { next: taken.to === 'done' ? { name: 'done', facts, draft } : { name: taken.to, facts, draft } };
}

function isYes(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^(y|yes|true|1)$/i.test(value.trim()));
}
