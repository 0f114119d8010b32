import type { SchemaTypes } from '@chela/protocol';
import type { ChannelDraft, OnboardingChannel } from './onboarding-channel.ts';

/** The states of onboarding and what a step is. Pure. */

export type OnboardingStep = Omit<SchemaTypes['WizardStep'], 'id' | 'executor'>;

/** A provider of models that can be set up with a key. */
export interface OnboardingProvider {
  readonly id: string;
  readonly label: string;
  /** `provider/model` references, the usual choice first. */
  readonly models: readonly string[];
}

/** What is known before the first question. */
export interface OnboardingFacts {
  /** Lines about the configuration that is there; undefined when there is none. */
  readonly existing: readonly string[] | undefined;
  /** The mode that was asked for when the wizard was started. */
  readonly mode: 'local' | 'remote' | undefined;
  readonly workspace: string;
  /** `provider/model` that a turn would use now. */
  readonly model: string | undefined;
  readonly port: number;
  readonly bind: string;
  readonly remoteUrl: string | undefined;
  /** The token in use, else a fresh one. */
  readonly token: string;
  readonly providers: readonly OnboardingProvider[];
  /** Chat services of this machine; without any none is asked for. */
  readonly channels: readonly OnboardingChannel[];
}

export type StepName =
  | 'intro'
  | 'security'
  | 'risk'
  | 'flow'
  | 'existing'
  | 'handling'
  | 'where'
  | 'workspace'
  | 'provider'
  | 'apiKey'
  | 'model'
  | 'modelName'
  | 'port'
  | 'bind'
  | 'bindHost'
  | 'auth'
  | 'tailscale'
  | 'token'
  | 'password'
  | 'channel'
  | 'channelSetting'
  | 'remoteUrl'
  | 'remoteAuth'
  | 'remoteToken'
  | 'summary';

/** Answers so far. */
export interface OnboardingDraft {
  readonly advanced: boolean;
  readonly reset: boolean;
  readonly mode: 'local' | 'remote';
  readonly workspace: string;
  readonly provider: string | undefined;
  readonly apiKey: string | undefined;
  /** Undefined keeps what is configured. */
  readonly model: string | undefined;
  readonly port: number;
  readonly bind: string;
  readonly bindHost: string | undefined;
  readonly auth: 'token' | 'password';
  readonly tailscale: 'off' | 'serve' | 'funnel';
  readonly token: string;
  readonly password: string | undefined;
  readonly channel: ChannelDraft | undefined;
  readonly remoteUrl: string;
  readonly remoteToken: string | undefined;
}

export type Onboarding =
  | { readonly name: StepName; readonly facts: OnboardingFacts; readonly draft: OnboardingDraft }
  | { readonly name: 'done'; readonly facts: OnboardingFacts; readonly draft: OnboardingDraft }
  | { readonly name: 'declined'; readonly error: string };

/** The next state, or why the answer does not count. */
export type Answered = { readonly next: Onboarding } | { readonly problem: string };

export type Running = Exclude<Onboarding, { name: 'declined' }>;
type Change = Partial<OnboardingDraft>;

export interface StepDefinition {
  readonly show: (state: Running) => OnboardingStep;
  /** Where to go and what to note; a text says what is wrong. */
  readonly take: (
    value: unknown,
    state: Running,
  ) => { readonly to: StepName | 'done'; readonly change?: Change } | string;
}
