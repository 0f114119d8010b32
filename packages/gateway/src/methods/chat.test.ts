import { describe, expect, it } from 'vitest';
import { ANSWERED, BASE_CONFIG, openMethodBench } from './testing/method-bench.ts';
import { seedSession, seedTalk } from './testing/seeded-sessions.ts';

const send = (more: Readonly<Record<string, unknown>> = {}) => ({
  sessionKey: 'main',
  message: 'hi',
  idempotencyKey: 'run-1',
  ...more,
});

describe('chat.send', () => {
  it('hands the message to the agent under the stored key and answers started', async () => {
    await using bench = await openMethodBench();
    expect(await bench.call('chat.send', send({ thinking: 'high', timeoutMs: 0 }))).toEqual({
      runId: 'run-1',
      status: 'started',
    });
    expect(bench.submitted).toEqual([
      {
        runId: 'run-1',
        source: 'chat.send',
        agentId: 'main',
        sessionKey: 'agent:main:main',
        requestedSessionKey: 'main',
        text: 'hi',
        images: [],
        sender: { messageId: 'run-1', name: 'test', scopes: ['operator.admin'] },
        channel: 'webchat',
        timeoutMs: 0,
      },
    ]);
  });

  it.each([
    ['inFlight', { status: 'inFlight', acceptedAt: 1 }, 'in_flight'],
    ['ended', { status: 'ended', outcome: ANSWERED }, 'ok'],
  ] as const)('answers a repeated key whose run is %s', async (_name, result, status) => {
    await using bench = await openMethodBench({ submit: async () => result });
    expect(await bench.call('chat.send', send())).toEqual({ runId: 'run-1', status });
  });

  it.each([
    ['an empty message', send({ message: '  ' }), 'message or attachment required'],
    ['a NUL', send({ message: 'a\u0000b' }), 'message must not contain null bytes'],
    ['an agent nobody configured', send({ sessionKey: 'agent:ghost:main' }), 'unknown agent id "ghost"'],
    ['half a key', send({ sessionKey: 'agent:' }), 'malformed session key "agent:"'],
    ['a broken attachment', send({ attachments: [{ content: '!!' }] }), 'invalid base64 content'],
  ])('refuses %s and starts nothing', async (_name, params, message) => {
    await using bench = await openMethodBench();
    await expect(bench.call('chat.send', params)).rejects.toThrow(message);
    expect(bench.submitted).toEqual([]);
  });

  it('accepts attachments without words', async () => {
    await using bench = await openMethodBench();
    await bench.call('chat.send', send({ message: '', attachments: [{ content: 'aGVsbG8h' }] }));
    expect(bench.submitted[0]).toMatchObject({ text: '', images: [] });
  });

  it.each(['stop', '  STOP ', '/stop', 'interrupt'])('treats %o as a request to stop', async (message) => {
    const run = { runId: 'run-0', sessionKey: 'agent:main:main', startedAt: 1 };
    await using bench = await openMethodBench({ active: [run] });
    expect(await bench.call('chat.send', send({ message }))).toEqual({ ok: true, aborted: true, runIds: ['run-0'] });
    expect(bench.aborted).toEqual([{ sessionKey: 'agent:main:main', origin: 'stop-command' }]);
  });

  it('is refused in a session that is closed for sending, even for a stop word', async () => {
    await using bench = await openMethodBench();
    await seedSession(bench, 'agent:main:main', 0, { sendPolicy: 'deny' });
    for (const message of ['hi', 'stop']) {
      await expect(bench.call('chat.send', send({ message }))).rejects.toThrow('send blocked by session policy');
    }
  });
});

describe('chat.abort', () => {
  const active = [{ runId: 'run-1', sessionKey: 'agent:main:main', startedAt: 1 }];

  it.each(['main', 'agent:main:main', 'Agent:Main:Main'])('finds the run under the key %s', async (sessionKey) => {
    await using bench = await openMethodBench({ active });
    const answer = { ok: true, aborted: true, runIds: ['run-1'] };
    expect(await bench.call('chat.abort', { sessionKey, runId: 'run-1' })).toEqual(answer);
  });

  it('answers that nothing was stopped for an unknown run', async () => {
    await using bench = await openMethodBench({ active });
    const answer = { ok: true, aborted: false, runIds: [] };
    expect(await bench.call('chat.abort', { sessionKey: 'main', runId: 'nope' })).toEqual(answer);
    expect(await bench.call('chat.abort', { sessionKey: 'other' })).toEqual(answer);
  });

  it('refuses a run of another session', async () => {
    await using bench = await openMethodBench({ active });
    const call = bench.call('chat.abort', { sessionKey: 'other', runId: 'run-1' });
    await expect(call).rejects.toThrow('runId does not match sessionKey');
  });
});

describe('chat.history', () => {
  it('is empty for a session that does not exist, with the level its model would think at', async () => {
    await using plain = await openMethodBench();
    expect(await plain.call('chat.history', { sessionKey: 'main' })).toEqual({
      sessionKey: 'main',
      messages: [],
      thinkingLevel: 'off',
    });
    await using reasoning = await openMethodBench({ reasoning: true });
    expect(await reasoning.call('chat.history', { sessionKey: 'main' })).toMatchObject({ thinkingLevel: 'low' });
  });

  it('shows the newest messages, the session id and the levels that are set', async () => {
    await using bench = await openMethodBench();
    const members = { thinkingLevel: 'low', verboseLevel: 'on' };
    const { sessionId } = await seedSession(bench, 'agent:main:work', 0, members);
    await seedTalk(bench, sessionId, 'one', 'two', 'three');
    const history = await bench.call('chat.history', { sessionKey: 'agent:main:work', limit: 2 });
    expect(history).toMatchObject({
      sessionKey: 'agent:main:work',
      sessionId,
      messages: [
        { role: 'assistant', content: [{ type: 'text', text: 'two' }] },
        { role: 'user', content: [{ type: 'text', text: 'three' }] },
      ],
      ...members,
    });
  });

  it('takes the configured thinking level when the session has none', async () => {
    const defaults = { ...BASE_CONFIG.agents?.defaults, thinkingDefault: 'medium' };
    await using bench = await openMethodBench({ config: { agents: { defaults } } });
    expect(await bench.call('chat.history', { sessionKey: 'main' })).toMatchObject({ thinkingLevel: 'medium' });
  });
});

describe('chat.inject', () => {
  it('writes the note behind the conversation and shows it under the key of the request', async () => {
    await using bench = await openMethodBench();
    const { sessionId } = await seedSession(bench, 'agent:main:main', 0);
    await seedTalk(bench, sessionId, 'hi');
    const answer = await bench.call('chat.inject', { sessionKey: 'main', message: 'A note', label: 'cron' });
    expect(answer).toEqual({ ok: true, messageId: expect.stringMatching(/^[0-9a-f]{8}$/) });
    const [sent] = bench.broadcasts;
    expect(sent).toMatchObject({
      event: 'chat',
      payload: {
        sessionKey: 'main',
        seq: 0,
        state: 'final',
        message: {
          role: 'assistant',
          model: 'gateway-injected',
          content: [{ type: 'text', text: '[cron]\n\nA note' }],
        },
      },
    });
    const history = await bench.call('chat.history', { sessionKey: 'main' });
    expect(history).toMatchObject({ messages: [{ role: 'user' }, { role: 'assistant', provider: 'openclaw' }] });
  });

  it('is refused without a session and without a conversation', async () => {
    await using bench = await openMethodBench();
    const inject = () => bench.call('chat.inject', { sessionKey: 'main', message: 'x' });
    await expect(inject()).rejects.toThrow('session not found');
    await seedSession(bench, 'agent:main:main', 0);
    await expect(inject()).rejects.toThrow('failed to write transcript: transcript file not found');
  });
});
