import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type MethodBench, openMethodBench } from './testing/method-bench.ts';

interface Answer {
  readonly sessionId: string;
  readonly done: boolean;
  readonly status: string;
  readonly error?: string;
  readonly step: { readonly id: string; readonly type: string; readonly title?: string };
}

function answerOf(value: unknown): Answer {
  expect(value).toMatchObject({ done: expect.any(Boolean), status: expect.any(String) });
  return JSON.parse(JSON.stringify(value));
}

async function start(bench: MethodBench, params: object = {}): Promise<Answer> {
  return answerOf(await bench.call('wizard.start', params));
}

/** Answers the open question; `values` one after the other. */
async function go(bench: MethodBench, from: Answer, ...values: readonly unknown[]): Promise<Answer> {
  let last = from;
  for (const value of values) {
    const answer = { stepId: last.step.id, ...(value !== undefined && { value }) };
    last = answerOf(await bench.call('wizard.next', { sessionId: from.sessionId, answer }));
  }
  return last;
}

it('writes the configuration and the key when the last question is answered', async () => {
  await using bench = await openMethodBench();
  const first = await start(bench, { workspace: '/data/workspace' });
  expect(first.step).toMatchObject({ type: 'note', title: 'OpenClaw onboarding', executor: 'client' });
  const values = [undefined, undefined, true, 'quickstart', undefined, 'reset', 'openai', 'dummy-key', '__keep__'];
  const last = await go(bench, first, ...values, 'telegram', '1:A', undefined);
  expect(last).toEqual({ done: true, status: 'done' });
  const config: unknown = JSON.parse(await readFile(join(bench.stateDir, 'openclaw.json'), 'utf8'));
  expect(config).toMatchObject({
    wizard: { lastRunCommand: 'onboard', lastRunMode: 'local' },
    agents: { defaults: { workspace: '/data/workspace' } },
    gateway: {
      mode: 'local',
      bind: 'loopback',
      auth: { mode: 'token', token: expect.stringMatching(/^[0-9a-f]{48}$/) },
    },
    channels: { telegram: { enabled: true, botToken: '1:A' } },
  });
  const profiles = join(bench.stateDir, 'agents', 'main', 'agent', 'auth-profiles.json');
  expect(JSON.parse(await readFile(profiles, 'utf8'))).toEqual({
    version: 1,
    profiles: { 'openai:default': { type: 'api_key', provider: 'openai', key: 'dummy-key' } },
  });
  await expect(bench.call('wizard.status', { sessionId: first.sessionId })).rejects.toThrow('wizard not found');
});

it('gives the open question again, and takes each answer once', async () => {
  await using bench = await openMethodBench();
  const first = await start(bench);
  const { sessionId } = first;
  expect(await bench.call('wizard.next', { sessionId })).toMatchObject({ step: first.step });
  const second = await go(bench, first, undefined);
  await expect(go(bench, first, undefined)).rejects.toThrow('Error: wizard: no pending step');
  expect(await bench.call('wizard.next', { sessionId })).toMatchObject({ step: second.step });
  expect(await bench.call('wizard.status', { sessionId })).toEqual({ status: 'running' });
});

it('asks again after an answer that does not count', async () => {
  await using bench = await openMethodBench();
  const first = await start(bench);
  const flow = await go(bench, first, undefined, undefined, true);
  const refused = await go(bench, { ...flow, sessionId: first.sessionId }, 'bogus');
  expect(refused).toMatchObject({ done: false, status: 'running', error: 'Choose one of: quickstart, advanced' });
  expect(refused.step).toEqual(flow.step);
});

it('ends when the risk is not accepted, or when it is cancelled', async () => {
  await using bench = await openMethodBench();
  const declined = await go(bench, await start(bench), undefined, undefined, false);
  expect(declined).toEqual({ done: true, status: 'cancelled', error: 'risk not accepted' });
  const { sessionId } = await start(bench);
  expect(await bench.call('wizard.cancel', { sessionId })).toEqual({ status: 'cancelled', error: 'cancelled' });
  await expect(bench.call('wizard.next', { sessionId })).rejects.toThrow('wizard not found');
});

it('runs one at a time, and lets one go that nobody answers', async () => {
  await using bench = await openMethodBench();
  const { sessionId } = await start(bench);
  await expect(bench.call('wizard.start', {})).rejects.toThrow('wizard already running');
  bench.clock.advance(60 * 60_000);
  await start(bench);
  await expect(bench.call('wizard.status', { sessionId })).rejects.toThrow('wizard not found');
});
