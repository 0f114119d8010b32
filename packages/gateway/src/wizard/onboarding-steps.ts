import { channelSettingStep, channelStep, labelOf } from './onboarding-channel.ts';
import type { OnboardingDraft, OnboardingFacts, Running, StepDefinition, StepName } from './onboarding-state.ts';
import { note, options, select, text } from './step-kinds.ts';

/** Every question, which answers count, and where they lead. Pure. */

const KEEP_MODEL = '__keep__';
const MANUAL_MODEL = '__manual__';
const MODELS_SHOWN = 50;

const afterGateway = ({ facts }: Running): StepName => (facts.channels.length > 0 ? 'channel' : 'summary');
const afterModel = (state: Running): StepName => (state.draft.advanced ? 'port' : afterGateway(state));
const afterHandling = ({ facts, draft }: Running): StepName => {
  if (facts.mode !== undefined) return facts.mode === 'remote' ? 'remoteUrl' : 'workspace';
  if (draft.advanced) return 'where';
  return 'provider';
};

export const STEPS: Readonly<Record<StepName, StepDefinition>> = {
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

function isIpv4(value: string): boolean {
  const parts = value.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function isSocketUrl(value: string): boolean {
  return URL.canParse(value) && /^wss?:$/.test(new URL(value).protocol);
}
