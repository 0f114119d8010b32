import { expect, test } from 'vitest';
import { testRequest } from '../testing/harness.ts';
import { sessionExec } from './session-exec.ts';

const config = { tools: { elevated: { allowFrom: { webchat: ['*'] } } } };
const entry = { sessionId: 's', updatedAt: 1 };

test('what /exec and /elevated set in a session goes with its commands', () => {
  const kept = { ...entry, execHost: 'gateway', execAsk: 'always', elevatedLevel: 'full' };
  expect(sessionExec(config, testRequest(), kept)).toEqual({ host: 'gateway', ask: 'always', elevated: 'full' });
  expect(sessionExec(config, testRequest(), entry)).toEqual({ elevated: 'ask' });
  const off = { ...config, agents: { defaults: { elevatedDefault: 'off' } } };
  expect(sessionExec(off, testRequest(), entry)).toEqual({ elevated: 'off' });
});

test('elevated rights need the sender on every list, and a sender', () => {
  const { sender: _nobody, ...unsent } = testRequest({ source: 'agent' });
  expect(sessionExec(config, unsent, { ...entry, elevatedLevel: 'full' })).toEqual({});
  expect(sessionExec({}, testRequest(), entry)).toEqual({});
  const own = { agents: { list: [{ id: 'main', tools: { elevated: { allowFrom: { webchat: ['ann'] } } } }] } };
  expect(sessionExec({ ...config, ...own }, testRequest(), entry)).toEqual({});
});
