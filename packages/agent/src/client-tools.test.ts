import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRequest } from './request-body.ts';
import { createHarness, type Harness, testRequest } from './testing/harness.ts';
import { toolCall } from './testing/scripted-models.ts';
import { textResult } from './testing/scripted-tools.ts';

const GET_TIME = { name: 'get_time', description: 'The time', parameters: { type: 'object', properties: {} } };
const withTools = (runId = 'run-1') => testRequest({ runId, source: 'agent', clientTools: [GET_TIME] });

describe('tools of the caller', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await createHarness();
  });
  afterEach(() => h.dispose());

  test('are offered to the model, and a call of one ends the run with that call', async () => {
    h.models.script({ text: 'Let me ask.', toolCalls: [toolCall('c1', 'get_time', { zone: 'UTC' })] });
    const outcome = await h.run(withTools());
    expect(outcome).toMatchObject({
      kind: 'answered',
      payloads: [{ text: 'Let me ask.' }],
      clientCalls: [{ id: 'c1', name: 'get_time', arguments: { zone: 'UTC' } }],
    });
    expect(h.models.requests).toHaveLength(1);
    expect(h.models.requests[0]?.tools).toContainEqual(GET_TIME);
    expect(await h.history()).toMatchObject([
      { role: 'user' },
      { role: 'assistant', stopReason: 'toolUse' },
      { role: 'toolResult', toolCallId: 'c1', toolName: 'get_time', isError: false },
    ]);
  });

  test("run beside the agent's own, whose results stay in the transcript", async () => {
    h.tools.add('read', 'none', () => textResult('file text'));
    h.models.script({ toolCalls: [toolCall('c1', 'read', { path: 'a' }), toolCall('c2', 'get_time')] });
    const outcome = await h.run(withTools());
    expect(outcome).toMatchObject({ clientCalls: [{ id: 'c2', name: 'get_time' }] });
    expect(await h.history()).toMatchObject([{}, {}, { toolCallId: 'c1' }, { toolCallId: 'c2' }]);
  });

  test('go on with the next message of the caller', async () => {
    h.models.script({ toolCalls: [toolCall('c1', 'get_time')] }, { text: 'It is noon.' });
    await h.run(withTools());
    const outcome = await h.run({ ...withTools('run-2'), text: 'Tool:c1: noon' });
    expect(outcome).toMatchObject({ kind: 'answered', payloads: [{ text: 'It is noon.' }] });
    expect(outcome).not.toHaveProperty('clientCalls');
  });

  test('are not known to a run that did not bring them', async () => {
    h.models.script({ toolCalls: [toolCall('c1', 'get_time')] }, { text: 'No clock.' });
    expect(await h.run()).toMatchObject({ kind: 'answered', payloads: [{ text: 'No clock.' }] });
  });

  test('survive in the ledger', () => {
    const request = withTools();
    const row = { runId: 'run-1', source: 'agent', agentId: 'main', sessionKey: 'agent:main:main' } as const;
    const read = (body: unknown) => readRequest({ ...row, body, state: 'received', receivedAt: 1 });
    expect(read(request)?.clientTools).toEqual([GET_TIME]);
    expect(read({ ...request, clientTools: [null, { name: 'x' }, GET_TIME] })?.clientTools).toEqual([GET_TIME]);
  });
});
