import { randomUUID } from 'node:crypto';
import type { Clock } from '@chela/observability';
import { invalidRequest, unavailable } from '@chela/protocol';
import { answerOnboarding, onboardingStep } from './onboarding.ts';
import type { Onboarding, OnboardingStep } from './onboarding-state.ts';

/** running → done, cancelled, error. A session that ended is forgotten with the answer that says so. */
type WizardStatus = 'running' | 'done' | 'cancelled' | 'error';

interface WizardSession {
  readonly sessionId: string;
  state: Onboarding;
  /** Of the question that is open; a new one with each question, so that a repeated answer is noticed. */
  stepId: string;
  touchedAt: number;
}

/** The answer of `wizard.start` and `wizard.next` (reference protocol/schemas.json WizardNextResult). */
export interface WizardAnswer {
  readonly done: boolean;
  readonly step?: OnboardingStep & { readonly executor: 'client'; readonly id: string };
  readonly status: WizardStatus;
  readonly error?: string;
}

export interface WizardDesk {
  /** Refused while another wizard runs that somebody still answers. */
  start(begin: () => Promise<Onboarding>): Promise<WizardAnswer & { readonly sessionId: string }>;
  /** Without an answer the open question again. */
  next(
    sessionId: string,
    answer: { readonly stepId: string; readonly value?: unknown } | undefined,
  ): Promise<WizardAnswer>;
  status(sessionId: string): { readonly status: WizardStatus };
  cancel(sessionId: string): { readonly status: WizardStatus; readonly error: string };
}

/** A wizard that nobody answered for this long makes room for another. */
const ABANDONED_MS = 60 * 60_000;

/** The one wizard a gateway runs at a time. `finish` writes what was answered. */
export function createWizardDesk(deps: {
  readonly clock: Clock;
  readonly finish: (state: Extract<Onboarding, { name: 'done' }>) => Promise<void>;
}): WizardDesk {
  const { clock } = deps;
  let session: WizardSession | undefined;
  let starting = false;

  const find = (sessionId: string): WizardSession => {
    if (session?.sessionId !== sessionId) throw invalidRequest('wizard not found');
    session.touchedAt = clock.now();
    return session;
  };
  const asked = ({ state, stepId }: WizardSession): WizardAnswer => {
    const step = onboardingStep(state);
    if (step === undefined) throw new Error('the wizard has nothing to ask');
    return { done: false, step: { ...step, executor: 'client', id: stepId }, status: 'running' };
  };
  const settle = async (current: WizardSession): Promise<WizardAnswer> => {
    const { state } = current;
    if (state.name === 'declined') {
      session = undefined;
      return { done: true, status: 'cancelled', error: state.error };
    }
    if (state.name !== 'done') return asked(current);
    session = undefined;
    try {
      await deps.finish({ ...state, name: 'done' });
      return { done: true, status: 'done' };
    } catch (error) {
      return { done: true, status: 'error', error: String(error) };
    }
  };

  return {
    async start(begin) {
      const isBusy = session !== undefined && clock.now() - session.touchedAt < ABANDONED_MS;
      if (isBusy || starting) throw unavailable('wizard already running');
      starting = true;
      try {
        const state = await begin();
        session = { sessionId: randomUUID(), state, stepId: randomUUID(), touchedAt: clock.now() };
        return { sessionId: session.sessionId, ...asked(session) };
      } finally {
        starting = false;
      }
    },
    async next(sessionId, answer) {
      const current = find(sessionId);
      if (answer === undefined) return asked(current);
      if (answer.stepId !== current.stepId) throw invalidRequest('Error: wizard: no pending step');
      const answered = answerOnboarding(current.state, answer.value);
      if ('problem' in answered) return { ...asked(current), error: answered.problem };
      current.state = answered.next;
      current.stepId = randomUUID();
      return settle(current);
    },
    status(sessionId) {
      find(sessionId);
      return { status: 'running' };
    },
    cancel(sessionId) {
      find(sessionId);
      session = undefined;
      return { status: 'cancelled', error: 'cancelled' };
    },
  };
}
