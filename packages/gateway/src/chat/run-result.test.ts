import type { RunOutcome } from '@chela/agent';
import { describe, expect, it } from 'vitest';
import { agentResult, waitResult } from './run-result.ts';

const usage = (input: number, output: number) => ({
  input,
  output,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: input + output,
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
});
const names = { sessionId: 's', provider: 'mock', model: 'm1' };
const answered: RunOutcome = {
  kind: 'answered',
  payloads: [{ text: 'Done.', mediaUrl: null }],
  silent: false,
  meta: {
    durationMs: 5,
    aborted: false,
    agentMeta: { ...names, usage: usage(30, 4), lastCallUsage: usage(30, 4), promptTokens: 30 },
  },
  startedAt: 1,
  endedAt: 2,
};
const aborted: RunOutcome = {
  kind: 'aborted',
  stopReason: 'rpc',
  partialText: 'Part',
  payloads: [{ text: 'Part', mediaUrl: null }],
  meta: { durationMs: 5, aborted: true, agentMeta: { ...names, usage: usage(0, 0), lastCallUsage: usage(0, 0) } },
  startedAt: 1,
  endedAt: 2,
};

describe('the final response of agent', () => {
  it('carries payloads and token counts in the words of the wire', () => {
    expect(agentResult('r', answered)).toEqual({
      runId: 'r',
      status: 'ok',
      summary: 'completed',
      result: {
        payloads: [{ text: 'Done.', mediaUrl: null }],
        meta: {
          durationMs: 5,
          aborted: false,
          agentMeta: {
            ...names,
            usage: { input: 30, output: 4, total: 34 },
            lastCallUsage: { input: 30, output: 4, cacheRead: 0, cacheWrite: 0, total: 34 },
            promptTokens: 30,
          },
        },
      },
    });
  });

  it('says that a run was cut off before what it had said, and leaves out what was not spent', () => {
    expect(agentResult('r', aborted).result).toMatchObject({
      payloads: [{ text: 'Request was aborted' }, { text: 'Part' }],
      meta: { aborted: true, agentMeta: { ...names, lastCallUsage: { total: 0 } } },
    });
    expect(JSON.stringify(agentResult('r', aborted))).not.toContain('"usage"');
  });
});

describe('agent.wait', () => {
  it('tells ok, error and timeout apart', () => {
    expect(waitResult('r', answered)).toEqual({ runId: 'r', status: 'ok', startedAt: 1, endedAt: 2 });
    expect(waitResult('r', aborted)).toEqual({ runId: 'r', status: 'timeout', startedAt: 1, endedAt: 2 });
    expect(waitResult('r', undefined)).toEqual({ runId: 'r', status: 'timeout' });
    const errored: RunOutcome = { ...answered, kind: 'errored', errorMessage: '401 no' };
    expect(waitResult('r', errored)).toMatchObject({ status: 'error', error: '401 no' });
  });
});
