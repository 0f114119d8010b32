import { expect, it } from 'vitest';
import { answerOnboarding, onboardingStep, startOnboarding } from './onboarding.ts';
import { onboardingPatch } from './onboarding-patch.ts';
import type { Onboarding, OnboardingFacts } from './onboarding-state.ts';

const FACTS: OnboardingFacts = {
  existing: undefined,
  mode: undefined,
  workspace: '/home/user/workspace',
  model: undefined,
  port: 18_789,
  bind: 'loopback',
  remoteUrl: undefined,
  token: 'fresh-token',
  channels: [],
  providers: [
    { id: 'openai', label: 'OpenAI', models: ['openai/gpt-5.2'] },
    { id: 'anthropic', label: 'Anthropic', models: ['anthropic/claude-opus-4-6'] },
  ],
};
const RUN = { at: '2026-02-17T10:00:00.000Z', version: '1.2.3' };
const START = [undefined, undefined, true];

/** Goes through with one answer a step; a refused answer throws. */
function walk(facts: Partial<OnboardingFacts>, answers: readonly unknown[]): Onboarding {
  return answers.reduce<Onboarding>(
    (state, value) => {
      const answered = answerOnboarding(state, value);
      if ('problem' in answered) throw new Error(`${state.name}: ${answered.problem}`);
      return answered.next;
    },
    startOnboarding({ ...FACTS, ...facts }),
  );
}

function patchOf(state: Onboarding): unknown {
  if (state.name === 'declined') throw new Error('declined');
  return onboardingPatch(state, RUN);
}

const wizard = (mode: string) => ({
  lastRunAt: RUN.at,
  lastRunVersion: RUN.version,
  lastRunCommand: 'onboard',
  lastRunMode: mode,
});

it('sets a new gateway up with three choices', () => {
  const state = walk({}, [...START, 'quickstart', 'anthropic', 'dummy-key', 'anthropic/claude-opus-4-6', undefined]);
  expect(state).toMatchObject({ name: 'done', draft: { provider: 'anthropic', apiKey: 'dummy-key' } });
  expect(patchOf(state)).toEqual({
    wizard: wizard('local'),
    agents: { defaults: { workspace: '/home/user/workspace', model: { primary: 'anthropic/claude-opus-4-6' } } },
    gateway: {
      mode: 'local',
      port: 18_789,
      bind: 'loopback',
      auth: { mode: 'token', token: 'fresh-token' },
      tailscale: { mode: 'off', resetOnExit: false },
      nodes: { denyCommands: expect.arrayContaining(['camera.snap', 'screen.record']) },
    },
  });
});

it('leaves the gateway that is there as it is when nobody asked about it', () => {
  const existing = ['gateway.port: 18999'];
  const answers = [...START, 'quickstart', undefined, 'keep', 'skip', '__keep__', undefined];
  expect(patchOf(walk({ existing, model: 'mock/m1' }, answers))).toEqual({
    wizard: wizard('local'),
    agents: { defaults: { workspace: '/home/user/workspace' } },
    gateway: { mode: 'local' },
  });
  const reset = walk({ existing, model: 'mock/m1' }, answers.with(5, 'reset'));
  expect(patchOf(reset)).toMatchObject({ gateway: { auth: { token: 'fresh-token' }, nodes: {} } });
});

it('asks everything in manual mode', () => {
  const gateway = ['19000', 'custom', '10.0.0.5', 'password', 'off', 'secret', undefined];
  const state = walk({}, [...START, 'advanced', 'local', '/data', 'skip', '__manual__', 'mock/m1', ...gateway]);
  expect(patchOf(state)).toMatchObject({
    agents: { defaults: { workspace: '/data', model: { primary: 'mock/m1' } } },
    gateway: {
      port: 19_000,
      bind: 'custom',
      customBindHost: '10.0.0.5',
      auth: { mode: 'password', password: 'secret' },
    },
  });
});

it('opens nothing beside Tailscale, and gives what is public a password', () => {
  const before = [...START, 'advanced', 'local', '/data', 'skip', '__manual__', 'mock/m1', '19000', 'lan', 'token'];
  const served = walk({}, [...before, 'serve', '', undefined]);
  expect(patchOf(served)).toMatchObject({
    gateway: { bind: 'loopback', auth: { token: 'fresh-token' }, tailscale: { mode: 'serve' } },
  });
  const open = walk({}, [...before, 'funnel']);
  expect(open.name).toBe('password');
});

it('points this machine at a gateway elsewhere', () => {
  const answers = [...START, 'advanced', 'remote', 'wss://gateway.example:443', 'token', 'remote-token', undefined];
  expect(patchOf(walk({}, answers))).toEqual({
    wizard: wizard('remote'),
    gateway: { mode: 'remote', remote: { url: 'wss://gateway.example:443', token: 'remote-token' } },
  });
  expect(walk({ mode: 'remote' }, [...START, 'quickstart']).name).toBe('remoteUrl');
  const open = walk({ mode: 'remote' }, [...START, 'quickstart', 'ws://10.0.0.9:1', 'off', undefined]);
  expect(patchOf(open)).toMatchObject({ gateway: { remote: { url: 'ws://10.0.0.9:1' } } });
});

it.each([undefined, false, 'no', 0])('ends without the answer %s to the risk being yes', (value) => {
  expect(walk({}, [undefined, undefined, value])).toEqual({ name: 'declined', error: 'risk not accepted' });
});

it.each([
  ['flow', 'bogus', /quickstart, advanced/],
  ['port', '70000', /1 to 65535/],
  ['port', 'x', /1 to 65535/],
  ['port', {}, /text/],
  ['bindHost', '1.2.3', /IPv4/],
  ['modelName', 'm1', /provider\/model/],
  ['apiKey', '  ', /key/],
  ['password', '', /password/],
  ['remoteUrl', 'http://x', /ws:\/\//],
  ['remoteUrl', 'ws://bad url', /ws:\/\//],
  ['remoteToken', '', /token/],
] as const)('asks %s again after %o', (name, value, problem) => {
  const started = startOnboarding(FACTS);
  if (started.name === 'declined') throw new Error('declined');
  const state: Onboarding = { ...started, name };
  expect(answerOnboarding(state, value)).toEqual({ problem: expect.stringMatching(problem) });
});

it('never shows a secret that is stored', () => {
  const secrets = ['fresh-token', 'dummy-key'];
  let state = startOnboarding({ ...FACTS, model: 'mock/m1' });
  const answers = [
    ...START,
    'advanced',
    'local',
    '/data',
    'openai',
    'dummy-key',
    '__keep__',
    '1',
    'lan',
    'token',
    'off',
    '',
  ];
  for (const value of [...answers, undefined]) {
    const shown = JSON.stringify(onboardingStep(state) ?? {});
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
    const answered = answerOnboarding(state, value);
    if ('next' in answered) state = answered.next;
  }
  expect(state.name).toBe('done');
  expect(onboardingStep(state)).toBeUndefined();
});

const TELEGRAM = {
  id: 'telegram',
  label: 'Telegram',
  blurb: 'a bot',
  needed: [{ key: 'botToken', label: 'Bot token', kind: 'text', isSecret: true, requiredGroup: 'token' }],
} as const;
const IRC = {
  id: 'irc',
  label: 'IRC',
  blurb: 'a network',
  needed: [
    { key: 'host', label: 'Server', kind: 'text', requiredGroup: 'host' },
    { key: 'nick', label: 'Nick', kind: 'text', requiredGroup: 'nick' },
  ],
} as const;

it('connects a chat service with what its account cannot do without, one question each', () => {
  const channels = [TELEGRAM, IRC];
  const model = [...START, 'quickstart', 'skip', '__keep__'];
  const asked = walk({ channels, model: 'mock/m1' }, [...model, 'telegram']);
  expect(onboardingStep(asked)).toMatchObject({ type: 'text', message: 'Telegram: Bot token', sensitive: true });
  expect(answerOnboarding(asked, ' ')).toEqual({ problem: 'Bot token is needed' });
  const ready = walk({ channels, model: 'mock/m1' }, [...model, 'telegram', '1:A']);
  expect(onboardingStep(ready)?.message).toContain('Chat service: Telegram');
  expect(onboardingStep(ready)?.message).not.toContain('1:A');
  expect(patchOf(ready)).toMatchObject({ channels: { telegram: { enabled: true, botToken: '1:A' } } });
  const irc = walk({ channels, model: 'mock/m1' }, [...model, 'irc', 'irc.libera.chat', 'myclaw', undefined]);
  expect(patchOf(irc)).toMatchObject({ channels: { irc: { host: 'irc.libera.chat', nick: 'myclaw' } } });
});

it('writes nothing about chat services when none is chosen', () => {
  const channels = [TELEGRAM];
  const skipped = walk({ channels, model: 'mock/m1' }, [...START, 'quickstart', 'skip', '__keep__', 'skip', undefined]);
  expect(skipped.name).toBe('done');
  expect(patchOf(skipped)).not.toHaveProperty('channels');
  const before = walk({ channels, model: 'mock/m1' }, [...START, 'quickstart', 'skip', '__keep__']);
  expect(answerOnboarding(before, 'pigeon')).toEqual({ problem: 'Choose one of: telegram, skip' });
});
