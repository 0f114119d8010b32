import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHarness, type Harness, testRequest } from './testing/harness.ts';
import { toolCall } from './testing/scripted-models.ts';
import { textResult } from './testing/scripted-tools.ts';

const USER_TEXT =
  'Conversation info (untrusted metadata):\n```json\n{\n  "message_id": "run-1",\n  "sender": "test"\n}\n```\n\n[Tue 2026-02-17 15:04 UTC] hello';

describe('a plain turn', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await createHarness();
  });
  afterEach(() => h.dispose());

  test('streams growing text, ends answered and leaves both messages in the history', async () => {
    h.models.script({ text: ['Hello ', 'from ', 'the model.'], usage: { input: 20, output: 6 } });
    const outcome = await h.run();
    expect(outcome).toMatchObject({
      kind: 'answered',
      silent: false,
      payloads: [{ text: 'Hello from the model.', mediaUrl: null }],
    });
    expect(outcome.meta.agentMeta).toMatchObject({ provider: 'mock', model: 'm1', promptTokens: 20 });
    expect(h.events.map((event) => event.type)).toEqual([
      'started',
      'text',
      'text',
      'text',
      'assistantMessage',
      'ended',
    ]);
    const texts = h.events.flatMap((event) => (event.type === 'text' ? [event.text] : []));
    expect(texts).toEqual(['Hello', 'Hello from', 'Hello from the model.']);
    expect(await h.history()).toMatchObject([
      { role: 'user', content: [{ type: 'text', text: USER_TEXT }] },
      { role: 'assistant', stopReason: 'stop', content: [{ type: 'text', text: 'Hello from the model.' }] },
    ]);
  });

  test('a new session opens with model, thinking level and snapshot', async () => {
    await h.run();
    const sessionId = (await h.store.sessions.get('agent:main:main'))?.entry.sessionId ?? '';
    const branch = await h.store.transcripts.branch(sessionId);
    expect(branch.map((entry) => entry.type)).toEqual([
      'model_change',
      'thinking_level_change',
      'custom',
      'message',
      'message',
    ]);
    expect(branch[2]).toMatchObject({
      customType: 'model-snapshot',
      data: { provider: 'mock', modelApi: 'openai-completions', modelId: 'm1' },
    });
  });

  test('the session keeps the facts of the turn', async () => {
    await h.run();
    expect((await h.store.sessions.get('agent:main:main'))?.entry).toMatchObject({
      abortedLastRun: false,
      chatType: 'direct',
      compactionCount: 0,
      contextTokens: 128_000,
      deliveryContext: { channel: 'webchat' },
      inputTokens: 10,
      lastChannel: 'webchat',
      model: 'm1',
      modelProvider: 'mock',
      origin: { chatType: 'direct', provider: 'webchat', surface: 'webchat' },
      outputTokens: 5,
      systemSent: true,
      totalTokens: 10,
      totalTokensFresh: true,
    });
  });

  test('the second turn carries the first one to the model', async () => {
    h.models.script({ text: 'First answer.' }, { text: 'Second answer.' });
    await h.run();
    await h.run({ runId: 'run-2', text: 'two' });
    expect(h.models.requests[1]?.messages.map((message) => message.role)).toEqual(['user', 'assistant', 'user']);
  });

  test('a repeated message is answered from the ledger and does not run again', async () => {
    await h.run();
    expect(await h.runtime.submit(testRequest())).toMatchObject({ status: 'ended', outcome: { kind: 'answered' } });
    expect(h.models.requests).toHaveLength(1);
  });

  test('a tool call is run and its result goes back to the model', async () => {
    h.tools.add('read', 'none', ({ path }) => textResult(`content of ${path}`));
    h.models.script({ text: 'Let me see.', toolCalls: [toolCall('c1', 'read', { path: 'a.txt' })] }, { text: 'Done.' });
    const outcome = await h.run();
    expect(outcome).toMatchObject({ kind: 'answered', payloads: [{ text: 'Let me see.' }, { text: 'Done.' }] });
    expect(h.models.requests[1]?.messages.slice(1)).toMatchObject([
      { role: 'assistant', content: [{ type: 'text' }, { type: 'toolCall', id: 'c1' }] },
      { role: 'toolResult', toolCallId: 'c1', content: [{ text: 'content of a.txt' }], isError: false },
    ]);
    expect(h.events.map((event) => event.type)).toEqual([
      'started',
      'text',
      'assistantMessage',
      'toolStarted',
      'toolFinished',
      'text',
      'assistantMessage',
      'ended',
    ]);
  });
});
