import type { SchemaTypes } from '@chela/protocol';
import {
  type ChannelDraft,
  channelPatch,
  channelSettingStep,
  channelStep,
  labelOf,
  type OnboardingChannel,
} from './onboarding-channel.ts';

/**
 * Onboarding as a state machine: which question comes next, which answers count, and what is written in the end
 * (reference cli/doctor.md §4, protocol/methods.json wizard.*). Pure; a page, an app or a terminal shows the steps.
 *
 * intro → security → risk → mode → (existing → handling) → (where) → local: workspace → provider → (apiKey) → model →
 * (modelName) → (port → bind → (bindHost) → auth → tailscale → token | password) → channel → (channelSetting …) → summary →
 * done; remote: remoteUrl → remoteAuth → (remoteToken) → summary → done. Quickstart leaves out the bracket about the gateway.
 */

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

type StepName =
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

type Running = Exclude<Onboarding, { name: 'declined' }>;
type Change = Partial<OnboardingDraft>;

export interface StepDefinition {
  readonly show: (state: Running) => OnboardingStep;
  /** Where to go and what to note; a text says what is wrong. */
  readonly take: (
    value: unknown,
    state: Running,
  ) => { readonly to: StepName | 'done'; readonly change?: Change } | string;
}

const REMOTE_URL = 'ws://127.0.0.1:18789';
const KEEP_MODEL = '__keep__';
const MANUAL_MODEL = '__manual__';
const MODELS_SHOWN = 50;

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

const note = (title: string, lines: readonly string[], to: (state: Running) => StepName | 'done'): StepDefinition => ({
  show: () => ({ type: 'note', title, message: lines.join('\n') }),
  take: (_value, state) => ({ to: to(state) }),
});

interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

function select(
  message: string,
  options: (state: Running) => readonly Option[],
  take: (value: string, state: Running) => ReturnType<StepDefinition['take']>,
  initial?: (state: Running) => string,
): StepDefinition {
  return {
    show: (state) => ({
      type: 'select',
      message,
      options: [...options(state)],
      ...(initial && { initialValue: initial(state) }),
    }),
    take(value, state) {
      const offered = options(state).map((option) => option.value);
      if (typeof value === 'string' && offered.includes(value)) return take(value, state);
      return `Choose one of: ${offered.join(', ')}`;
    },
  };
}

function text(
  facts: { readonly message: string; readonly placeholder?: string; readonly sensitive?: true },
  take: (value: string, state: Running) => ReturnType<StepDefinition['take']>,
  initial?: (state: Running) => string,
): StepDefinition {
  return {
    show: (state) => ({ type: 'text', ...facts, ...(initial && { initialValue: initial(state) }) }),
    take: (value, state) => {
      const given = typeof value === 'number' ? String(value) : value;
      return typeof given === 'string' ? take(given.trim(), state) : 'A text is expected';
    },
  };
}

const options = (...pairs: readonly (readonly [string, string, string?])[]): readonly Option[] =>
  pairs.map(([value, label, hint]) => ({ value, label, ...(hint !== undefined && { hint }) }));

const afterGateway = ({ facts }: Running): StepName => (facts.channels.length > 0 ? 'channel' : 'summary');
const afterModel = (state: Running): StepName => (state.draft.advanced ? 'port' : afterGateway(state));
const afterHandling = ({ facts, draft }: Running): StepName => {
  if (facts.mode !== undefined) return facts.mode === 'remote' ? 'remoteUrl' : 'workspace';
  if (draft.advanced) return 'where';
  return 'provider';
};

const STEPS: Readonly<Record<StepName, StepDefinition>> = {
  intro: note('OpenClaw onboarding', ['Chela asks a few questions and writes its configuration.'], () => 'security'),
  security: note(
    'Security',
    [
      'An assistant that may read files and run programs can be talked into harm by what it reads.',
      'Let in only people you trust, keep secrets out of its reach, and use a strong model where strangers can write to it.',
      'Check your setup with: chela security audit --deep',
    ],
    () => 'risk',
  ),
  risk: {
    show: () => ({
      type: 'confirm',
      message: 'I know that this is powerful and carries risk. Go on?',
      initialValue: false,
    }),
    take: () => ({ to: 'flow' }),
  },
  flow: select(
    'Onboarding mode',
    () =>
      options(
        ['quickstart', 'QuickStart', 'only what is needed to talk'],
        ['advanced', 'Manual', 'port, network, Tailscale and authentication too'],
      ),
    (value, state) => {
      const change = { advanced: value === 'advanced' };
      const to =
        state.facts.existing === undefined
          ? afterHandling({ ...state, draft: { ...state.draft, ...change } })
          : 'existing';
      return { to, change };
    },
    () => 'quickstart',
  ),
  existing: {
    show: ({ facts }) => ({
      type: 'note',
      title: 'Existing config detected',
      message: (facts.existing ?? []).join('\n'),
    }),
    take: () => ({ to: 'handling' }),
  },
  handling: select(
    'Config handling',
    () =>
      options(
        ['keep', 'Use existing values'],
        ['modify', 'Update values'],
        ['reset', 'Reset', 'start from an empty configuration; the old one stays as a backup'],
      ),
    (value, state) => ({ to: afterHandling(state), change: { reset: value === 'reset' } }),
  ),
  where: select(
    'What do you want to set up?',
    () =>
      options(
        ['local', 'Local gateway (this machine)'],
        ['remote', 'Remote gateway (info-only)', 'clients on this machine use a gateway elsewhere'],
      ),
    (value) =>
      value === 'remote'
        ? { to: 'remoteUrl', change: { mode: 'remote' } }
        : { to: 'workspace', change: { mode: 'local' } },
    ({ draft }) => draft.mode,
  ),
  workspace: text(
    { message: 'Workspace directory' },
    (value, { facts }) => ({ to: 'provider', change: { workspace: value || facts.workspace } }),
    ({ draft }) => draft.workspace,
  ),
  provider: select(
    'Model/auth provider',
    ({ facts }) => [
      ...facts.providers.map(({ id, label }) => ({ value: id, label, hint: 'API key' })),
      { value: 'skip', label: 'Skip for now' },
    ],
    (value) => (value === 'skip' ? { to: 'model' } : { to: 'apiKey', change: { provider: value } }),
  ),
  apiKey: text({ message: 'API key', sensitive: true }, (value) =>
    value === '' ? 'A key is needed' : { to: 'model', change: { apiKey: value } },
  ),
  model: select(
    'Default model',
    ({ facts, draft }) => [
      ...(facts.model === undefined ? [] : [{ value: KEEP_MODEL, label: `Keep current (${facts.model})` }]),
      { value: MANUAL_MODEL, label: 'Enter model manually' },
      ...modelsOf(facts, draft).map((model) => ({ value: model, label: model })),
    ],
    (value, state) => {
      if (value === MANUAL_MODEL) return { to: 'modelName' };
      return { to: afterModel(state), ...(value !== KEEP_MODEL && { change: { model: value } }) };
    },
    ({ facts, draft }) => (draft.provider && modelsOf(facts, draft)[0]) || (facts.model ? KEEP_MODEL : MANUAL_MODEL),
  ),
  modelName: text({ message: 'Default model', placeholder: 'provider/model' }, (value, state) =>
    /^[^/\s]+\/\S+$/.test(value)
      ? { to: afterModel(state), change: { model: value } }
      : 'Write it as provider/model, for example anthropic/claude-opus-4-6',
  ),
  port: text(
    { message: 'Gateway port' },
    (value) => {
      const port = /^\d+$/.test(value) ? Number(value) : Number.NaN;
      return port >= 1 && port <= 65_535 ? { to: 'bind', change: { port } } : 'A port is a number from 1 to 65535';
    },
    ({ draft }) => String(draft.port),
  ),
  bind: select(
    'Gateway bind',
    () =>
      options(
        ['loopback', 'Loopback (127.0.0.1)'],
        ['lan', 'LAN (0.0.0.0)'],
        ['tailnet', 'Tailnet (Tailscale IP)'],
        ['auto', 'Auto (Loopback → LAN)'],
        ['custom', 'Custom IP'],
      ),
    (value) => ({ to: value === 'custom' ? 'bindHost' : 'auth', change: { bind: value } }),
    ({ draft }) => draft.bind,
  ),
  bindHost: text({ message: 'Custom IP address', placeholder: '192.168.1.100' }, (value) =>
    isIpv4(value)
      ? { to: 'auth', change: { bindHost: value } }
      : 'An IPv4 address is expected, for example 192.168.1.100',
  ),
  auth: select(
    'Gateway auth',
    () => options(['token', 'Token', 'recommended'], ['password', 'Password']),
    (value) => ({ to: 'tailscale', change: { auth: value === 'password' ? 'password' : 'token' } }),
    ({ draft }) => draft.auth,
  ),
  tailscale: select(
    'Tailscale exposure',
    () =>
      options(
        ['off', 'Off', 'not reachable over Tailscale'],
        ['serve', 'Serve', 'private HTTPS in your tailnet'],
        ['funnel', 'Funnel', 'public HTTPS; needs a password'],
      ),
    (value, { draft }) => {
      if (value === 'off') return { to: draft.auth, change: { tailscale: 'off' } };
      // Tailscale comes from this machine, and what is public needs a password.
      const auth = value === 'funnel' ? 'password' : draft.auth;
      return { to: auth, change: { tailscale: value === 'funnel' ? 'funnel' : 'serve', bind: 'loopback', auth } };
    },
    ({ draft }) => draft.tailscale,
  ),
  token: text(
    { message: 'Gateway token (blank to generate)', sensitive: true },
    (value, state) => ({ to: afterGateway(state), change: { token: value || state.facts.token } }),
    () => '',
  ),
  password: text({ message: 'Gateway password', sensitive: true }, (value, state) =>
    value === '' ? 'A password is needed' : { to: afterGateway(state), change: { password: value } },
  ),
  channel: channelStep,
  channelSetting: channelSettingStep,
  remoteUrl: text(
    { message: 'Gateway WebSocket URL' },
    (value) =>
      isSocketUrl(value)
        ? { to: 'remoteAuth', change: { mode: 'remote', remoteUrl: value } }
        : 'An address that begins with ws:// or wss:// is expected',
    ({ draft }) => draft.remoteUrl,
  ),
  remoteAuth: select(
    'Gateway auth',
    () => options(['token', 'Token (recommended)'], ['off', 'No auth']),
    (value) => ({ to: value === 'token' ? 'remoteToken' : 'summary' }),
  ),
  remoteToken: text({ message: 'Gateway token', sensitive: true }, (value) =>
    value === '' ? 'A token is needed' : { to: 'summary', change: { remoteToken: value } },
  ),
  summary: {
    show: (state) => ({ type: 'note', title: 'Ready to write', message: summaryLines(state).join('\n') }),
    take: () => ({ to: 'done' }),
  },
};

/** Models of the provider that was set up, else of all. */
function modelsOf({ providers }: OnboardingFacts, { provider }: OnboardingDraft): readonly string[] {
  const chosen = provider === undefined ? providers : providers.filter(({ id }) => id === provider);
  return chosen.flatMap(({ models }) => models).slice(0, MODELS_SHOWN);
}

/** What the last answer will write, without secrets. */
function summaryLines({ facts, draft }: Running): readonly string[] {
  if (draft.mode === 'remote') return [`Remote gateway: ${draft.remoteUrl}`];
  const model = draft.model ?? facts.model;
  return [
    `Workspace: ${draft.workspace}`,
    ...(model === undefined ? [] : [`Model: ${model}`]),
    ...(draft.apiKey === undefined ? [] : [`API key for ${draft.provider}: stored`]),
    ...(draft.channel === undefined ? [] : [`Chat service: ${labelOf(facts.channels, draft.channel)}`]),
    `Gateway: ws://127.0.0.1:${draft.port} (${draft.bind}, ${draft.auth})`,
    `Page: http://127.0.0.1:${draft.port}/`,
  ];
}

/** A merge patch of the configuration (reference cli/doctor.md §4, cli/samples onboard-config). */
export function onboardingPatch(
  { facts, draft }: { readonly facts: OnboardingFacts; readonly draft: OnboardingDraft },
  run: { readonly at: string; readonly version: string },
): Readonly<Record<string, unknown>> {
  const wizard = {
    lastRunAt: run.at,
    lastRunVersion: run.version,
    lastRunCommand: 'onboard',
    lastRunMode: draft.mode,
  };
  if (draft.mode === 'remote') {
    const remote = { url: draft.remoteUrl, ...(draft.remoteToken !== undefined && { token: draft.remoteToken }) };
    return { wizard, gateway: { mode: 'remote', remote } };
  }
  const isFresh = facts.existing === undefined || draft.reset;
  // A quick start leaves the gateway that is there as it is.
  const asksGateway = draft.advanced || isFresh;
  return {
    wizard,
    agents: {
      defaults: {
        workspace: draft.workspace,
        ...(draft.model !== undefined && { model: { primary: draft.model } }),
      },
    },
    gateway: asksGateway ? gatewayPart(draft, isFresh) : { mode: 'local' },
    ...channelPatch(draft.channel),
  };
}

function gatewayPart(draft: OnboardingDraft, isFresh: boolean): Readonly<Record<string, unknown>> {
  const secret = draft.auth === 'password' ? { password: draft.password } : { token: draft.token };
  return {
    mode: 'local',
    port: draft.port,
    bind: draft.bind,
    ...(draft.bindHost !== undefined && { customBindHost: draft.bindHost }),
    auth: { mode: draft.auth, ...secret },
    tailscale: { mode: draft.tailscale, resetOnExit: false },
    ...(isFresh && { nodes: { denyCommands: DENIED_ON_FRESH_INSTALLS } }),
  };
}

/** What devices may not do until somebody allows it. */
const DENIED_ON_FRESH_INSTALLS = [
  'camera.snap',
  'camera.clip',
  'screen.record',
  'calendar.add',
  'contacts.add',
  'reminders.add',
];

function isYes(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^(y|yes|true|1)$/i.test(value.trim()));
}

function isIpv4(value: string): boolean {
  const parts = value.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function isSocketUrl(value: string): boolean {
  return URL.canParse(value) && /^wss?:$/.test(new URL(value).protocol);
}
