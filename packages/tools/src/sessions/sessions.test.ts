import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '@chela/config';
import { silentLogger, systemClock } from '@chela/observability';
import { createStore } from '@chela/store';
import { describe, expect, it } from 'vitest';
import type { AgentCaller, CalledOutcome, CalledTurn } from '../rooms/agent-caller.ts';
import type { SessionFacts, SessionMessage, SessionRoom } from '../rooms/sessions.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import type { ToolScope } from '../tool.ts';

const MAIN = 'agent:main:main';

function facts(key: string, extra: Partial<SessionFacts> = {}): SessionFacts {
  return { key, sessionId: `id-of-${key}`, updatedAt: 1000, ...extra };
}

const SESSIONS: readonly SessionFacts[] = [
  facts(MAIN, { lastChannel: 'webchat', deliveryContext: { channel: 'webchat' }, model: 'm1', systemSent: true }),
  facts('agent:main:other', { label: 'Oth' }),
  facts('agent:main:subagent:a1', { spawnedBy: MAIN }),
  facts('agent:ops:main'),
];

function sessionRoom(messages: readonly SessionMessage[] = []): SessionRoom {
  return {
    list: async ({ limit, agentIds, treeOf }) =>
      SESSIONS.filter(({ key }) => agentIds === undefined || agentIds.includes(key.split(':')[1] ?? ''))
        .filter(({ key, spawnedBy }) => treeOf === undefined || key === treeOf || spawnedBy === treeOf)
        .slice(0, limit),
    find: async (key) => SESSIONS.find((session) => session.key === key),
    findById: async (id) => SESSIONS.find((session) => session.sessionId === id),
    findByLabel: async (label) => SESSIONS.find((session) => session.label === label),
    history: async (_key, limit) => messages.slice(-limit),
    remove: async () => {},
    statusCard: async (key) => `status of ${key}`,
    setModel: async (_key, model) => {
      if (model === 'bogus') throw new Error('Model "bogus" is not allowed.');
      return { changed: true };
    },
  };
}

/** Agents that answer with what `reply` says, and a list of the turns they were asked for. */
function agentCaller(reply: (turn: CalledTurn) => Promise<CalledOutcome> | CalledOutcome) {
  const turns: CalledTurn[] = [];
  const aborted: string[] = [];
  const announced: { sessionKey: string; text: string }[] = [];
  const caller: AgentCaller = {
    modelProblem: async (model) => (model === 'bogus' ? 'Unrecognized model "bogus".' : undefined),
    async start(turn) {
      turns.push(turn);
      return { sessionId: 'sid', outcome: Promise.resolve(reply(turn)) };
    },
    async announce({ sessionKey, text }) {
      announced.push({ sessionKey, text });
    },
    async abort(_key, runId) {
      aborted.push(runId);
      return true;
    },
  };
  return { caller, turns, aborted, announced };
}

async function detailsOf(
  name: string,
  args: Record<string, unknown>,
  options: { config?: Config; agents?: AgentCaller; messages?: readonly SessionMessage[] } = {},
): Promise<unknown> {
  const { config = {}, agents, messages } = options;
  const bench = await createBench(config, { rooms: { sessions: sessionRoom(messages), ...(agents && { agents }) } });
  const { details } = await bench.call(name, args);
  await bench.close();
  return details;
}

describe('agents_list', () => {
  it('names the requester first and those it may start after it', async () => {
    const config = {
      agents: {
        list: [
          { id: 'main', subagents: { allowAgents: ['*'] } },
          { id: 'ops', name: 'Ops' },
        ],
      },
    };
    expect(await detailsOf('agents_list', {})).toEqual({
      requester: 'main',
      allowAny: false,
      agents: [{ id: 'main', configured: false }],
    });
    expect(await detailsOf('agents_list', {}, { config })).toEqual({
      requester: 'main',
      allowAny: true,
      agents: [
        { id: 'main', configured: true },
        { id: 'ops', name: 'Ops', configured: true },
      ],
    });
  });
});

describe('sessions_list', () => {
  it('shows the own tree, members in the order of the contract', async () => {
    const bench = await createBench({}, { rooms: { sessions: sessionRoom() } });
    const text = await bench.text('sessions_list', { limit: 1 });
    await bench.close();
    expect(JSON.parse(text)).toMatchObject({ count: 1 });
    expect([...text.matchAll(/^ {6}"(\w+)"/gm)].map(([, key]) => key)).toEqual([
      'key',
      'kind',
      'channel',
      'deliveryContext',
      'updatedAt',
      'sessionId',
      'model',
      'systemSent',
      'lastChannel',
    ]);
    expect(await detailsOf('sessions_list', {})).toMatchObject({ count: 2, sessions: [{ kind: 'other' }, {}] });
  });
});

describe('sessions_history', () => {
  const message = (text: string, role = 'user'): SessionMessage => ({
    role,
    content: [{ type: 'text', text }],
    usage: 1,
  });

  it('leaves out tool results, costs and what is too much', async () => {
    const messages = [message('a'.repeat(5000)), message('result', 'toolResult'), message('b')];
    const view = await detailsOf('sessions_history', { sessionKey: MAIN }, { messages });
    const kept = [
      { role: 'user', content: [{ type: 'text', text: `${'a'.repeat(4000)}\n…(truncated)…` }] },
      { role: 'user', content: [{ type: 'text', text: 'b' }] },
    ];
    expect(view).toEqual({
      sessionKey: MAIN,
      messages: kept,
      truncated: true,
      droppedMessages: false,
      contentTruncated: true,
      bytes: Buffer.byteLength(JSON.stringify(kept)),
    });
  });

  it('drops the oldest beyond 80 KiB', async () => {
    const messages = Array.from({ length: 40 }, () => message('x'.repeat(3900)));
    const view = await detailsOf('sessions_history', { sessionKey: MAIN }, { messages });
    expect(view).toMatchObject({ droppedMessages: true, truncated: true });
  });

  const tree = 'Session history visibility is restricted to the current session tree (tools.sessions.visibility=tree).';
  const cross =
    'Session history visibility is restricted. Set tools.sessions.visibility=all to allow cross-agent access.';
  it.each([
    ['main', {}, tree],
    ['agent:main:other', {}, tree],
    ['id-of-agent:main:other', {}, tree],
    ['agent:ops:main', {}, cross],
    [
      'agent:ops:main',
      { sessions: { visibility: 'all' } },
      'Agent-to-agent history is disabled. Set tools.agentToAgent.enabled=true to allow cross-agent access.',
    ],
    [
      'agent:ops:main',
      { sessions: { visibility: 'all' }, agentToAgent: { enabled: true, allow: ['zz'] } },
      'Agent-to-agent history denied by tools.agentToAgent.allow.',
    ],
    [
      'agent:main:subagent:a1',
      { sessions: { visibility: 'self' } },
      'Session history visibility is restricted to the current session (tools.sessions.visibility=self).',
    ],
  ])('of %s with %j is forbidden', async (sessionKey, tools, error) => {
    expect(await detailsOf('sessions_history', { sessionKey }, { config: { tools } })).toEqual({
      status: 'forbidden',
      error,
    });
  });

  it.each([
    ['by default', {}, {}, 'tree'],
    ['where that is set', { sessionToolsVisibility: 'spawned' }, {}, 'tree'],
    ['not where all may be seen', { sessionToolsVisibility: 'all' }, {}, 'all'],
    [
      'where the agent has its own word',
      { sessionToolsVisibility: 'all' },
      { sessionToolsVisibility: 'spawned' },
      'tree',
    ],
  ])('of a sandboxed session ends at its tree %s', async (_when, shared, own, seen) => {
    const config: Config = {
      agents: { defaults: { sandbox: { mode: 'all', ...shared } }, list: [{ id: 'main', sandbox: own }] },
      tools: { sessions: { visibility: 'all' }, sandbox: { tools: { allow: ['*'] } } },
    };
    const view = await detailsOf('sessions_history', { sessionKey: 'agent:main:other' }, { config });
    expect(view).toMatchObject(
      seen === 'all' ? { sessionKey: 'agent:main:other' } : { status: 'forbidden', error: tree },
    );
  });

  it('does not know a session of another name', async () => {
    expect(await detailsOf('sessions_history', { sessionKey: 'nope' })).toEqual({
      status: 'error',
      error: 'No session found: nope',
    });
  });
});

describe('session_status', () => {
  it('shows the card and sets the model', async () => {
    expect(await detailsOf('session_status', { model: 'm2' })).toEqual({
      ok: true,
      sessionKey: MAIN,
      changedModel: true,
      statusText: `status of ${MAIN}`,
    });
  });

  it.each([
    [{ sessionKey: 'agent:main:nope' }, 'Unknown sessionKey: agent:main:nope'],
    [{ sessionKey: 'nope' }, 'Unknown sessionId: nope'],
    [{ model: 'bogus' }, 'Model "bogus" is not allowed.'],
  ])('with %j fails', async (args, error) => {
    expect(await detailsOf('session_status', args)).toMatchObject({ status: 'error', error });
  });
});

describe('sessions_send', () => {
  const config: Config = {
    tools: { sessions: { visibility: 'agent' } },
    session: { agentToAgent: { maxPingPongTurns: 2 } },
  };

  it('waits for the answer, then lets both sides answer each other', async () => {
    const { caller, turns } = agentCaller(({ sessionKey }) => ({ status: 'ok', reply: `from ${sessionKey}` }));
    const bench = await createBench(config, { rooms: { sessions: sessionRoom(), agents: caller } });
    expect((await bench.call('sessions_send', { label: 'Oth', message: 'hello' })).details).toMatchObject({
      status: 'ok',
      reply: 'from agent:main:other',
      sessionKey: 'agent:main:other',
    });
    const other = 'agent:main:other';
    await expect.poll(() => turns.map(({ sessionKey }) => sessionKey)).toEqual([other, MAIN, other, other]);
    expect(turns.map(({ source }) => source)).toEqual([
      { sessionKey: MAIN, channel: 'webchat', tool: 'sessions_send' },
      { sessionKey: other, channel: 'unknown', tool: 'sessions_send' },
      { sessionKey: MAIN, channel: 'webchat', tool: 'sessions_send' },
      { sessionKey: MAIN, channel: 'webchat', tool: 'sessions_send' },
    ]);
    await bench.close();
  });

  it.each([
    ['tells the people of the target what it says in the announce step', 'It is done.', 1],
    ['tells nobody when the target has nothing to announce', 'ANNOUNCE_SKIP', 0],
  ])('%s', async (_how, words, times) => {
    const { caller, turns, announced } = agentCaller(({ text }) => ({
      status: 'ok',
      reply: text === 'Agent-to-agent announce step.' ? words : 'REPLY_SKIP',
    }));
    const bench = await createBench(config, { rooms: { sessions: sessionRoom(), agents: caller } });
    await bench.call('sessions_send', { label: 'Oth', message: 'hello' });
    await expect.poll(() => turns.at(-1)?.text).toBe('Agent-to-agent announce step.');
    await bench.close();
    expect(announced).toEqual(Array.from({ length: times }, () => ({ sessionKey: 'agent:main:other', text: words })));
  });

  it('ends the exchange at REPLY_SKIP', async () => {
    const { caller, turns } = agentCaller(() => ({ status: 'ok', reply: 'REPLY_SKIP' }));
    const bench = await createBench(config, { rooms: { sessions: sessionRoom(), agents: caller } });
    await bench.call('sessions_send', { label: 'Oth', message: 'hello' });
    await expect.poll(() => turns.map(({ text }) => text)).toEqual(['hello', 'Agent-to-agent announce step.']);
    await bench.close();
  });

  it('does not wait with timeoutSeconds 0 and gives up after the time', async () => {
    const { caller } = agentCaller(() => new Promise(() => {}));
    const send = (timeoutSeconds: number) =>
      detailsOf('sessions_send', { label: 'Oth', message: 'x', timeoutSeconds }, { config, agents: caller });
    expect(await send(0)).toMatchObject({ status: 'accepted' });
    expect(await send(0.01)).toMatchObject({ status: 'timeout' });
  });

  it.each([
    [{ message: 'x' }, 'error', 'Either sessionKey or label is required'],
    [{ message: 'x', sessionKey: 'a', label: 'b' }, 'error', 'Provide either sessionKey or label (not both).'],
    [{ message: 'x', label: 'b' }, 'error', 'No session found with label: b'],
    [{ message: 'x', sessionKey: 'nope' }, 'error', 'No session found: nope'],
    [
      { message: 'x', sessionKey: 'agent:ops:main' },
      'forbidden',
      'Session send visibility is restricted. Set tools.sessions.visibility=all to allow cross-agent access.',
    ],
  ])('with %j is %s', async (args, status, error) => {
    expect(await detailsOf('sessions_send', args, { config })).toMatchObject({ status, error });
  });
});

describe('sub-agents', () => {
  async function withAgents(
    reply: (turn: CalledTurn) => Promise<CalledOutcome> | CalledOutcome,
    task: (
      bench: Bench,
      agents: ReturnType<typeof agentCaller>,
      open: (scope: Partial<ToolScope>) => Promise<Bench>,
    ) => Promise<void>,
  ): Promise<void> {
    const agents = agentCaller(reply);
    const stateDir = await mkdtemp(join(tmpdir(), 'chela-subagents-'));
    const logger = silentLogger();
    const store = await createStore({
      stateDir,
      mirror: false,
      workspaceDir: () => stateDir,
      clock: systemClock,
      logger,
    });
    const deps = { rooms: { sessions: sessionRoom(), agents: agents.caller }, subagentRows: store.subagents };
    const benches: Bench[] = [];
    const open = async (scope: Partial<ToolScope>): Promise<Bench> => {
      const bench = await createBench({}, deps, scope);
      benches.push(bench);
      return bench;
    };
    await task(await open({}), agents, open);
    for (const bench of benches) await bench.close();
    await store.close();
    await rm(stateDir, { recursive: true, force: true });
  }

  it('are started in a session of their own and announce their result', () =>
    withAgents(
      () => ({ status: 'ok', reply: 'found it' }),
      async (bench, { turns }) => {
        const { details } = await bench.call('sessions_spawn', { task: 'look', label: 'scout' });
        expect(details).toMatchObject({
          status: 'accepted',
          childSessionKey: expect.stringMatching(/^agent:main:subagent:[0-9a-f-]{36}$/),
        });
        expect(turns[0]).toMatchObject({
          spawn: { by: MAIN, depth: 1, label: 'scout' },
          text: expect.stringContaining('look'),
          timeoutMs: 0,
        });
        await expect.poll(() => turns[1]?.sessionKey).toBe(MAIN);
        expect(turns[1]?.text).toContain('A subagent task "scout" just completed successfully.');
        expect(turns[1]?.text).toContain('found it');
      },
    ));

  it('tell the conversation that asked for them, also what the answer to their result starts', () =>
    withAgents(
      () => ({ status: 'ok', reply: 'found it' }),
      async (bench, { turns }, open) => {
        const place = { channel: 'telegram', accountId: 'default', to: '-100', threadId: '5' };
        const origin = { ...place, messageId: '7', senderId: '4242' };
        await (await open({ origin })).call('sessions_spawn', { task: 'look' });
        await expect.poll(() => turns[1]).toMatchObject({ sessionKey: MAIN, deliverTo: place });
        // The answer to the announcement has no message of its own that it answers.
        await bench.call('sessions_spawn', { task: 'look again' }, { runId: turns[1]?.runId ?? '' });
        await expect.poll(() => turns[3]).toMatchObject({ sessionKey: MAIN, deliverTo: place });
        expect(turns[0]).not.toHaveProperty('deliverTo');
      },
    ));

  it('are listed, steered and killed', () =>
    withAgents(
      () => new Promise(() => {}),
      async (bench, { turns, aborted }) => {
        await bench.call('sessions_spawn', { task: 'look' });
        expect((await bench.call('subagents', {})).details).toMatchObject({
          total: 1,
          active: [{ index: 1, label: 'look', status: 'running', runtime: '1m' }],
        });
        const steered = await bench.call('subagents', { action: 'steer', target: 'last', message: 'there' });
        expect(steered.details).toMatchObject({ status: 'accepted', mode: 'restart', text: 'steered look.' });
        expect(turns[1]).toMatchObject({ text: 'there', sessionKey: turns[0]?.sessionKey });
        const again = await bench.call('subagents', { action: 'steer', target: '1', message: 'there' });
        expect(again.details).toMatchObject({ status: 'rate_limited' });
        expect((await bench.call('subagents', { action: 'kill', target: 'all' })).details).toMatchObject({ killed: 1 });
        expect(aborted).toEqual([turns[0]?.runId, turns[1]?.runId]);
      },
    ));

  it('are limited in number and to allowed agents', () =>
    withAgents(
      () => new Promise(() => {}),
      async (bench) => {
        const spawn = async (args: object) => (await bench.call('sessions_spawn', { task: 't', ...args })).details;
        expect(await spawn({ agentId: 'ops' })).toEqual({
          status: 'forbidden',
          error: 'agentId is not allowed for sessions_spawn (allowed: none)',
        });
        for (let count = 0; count < 5; count += 1) await spawn({});
        expect(await spawn({})).toEqual({
          status: 'forbidden',
          error: 'sessions_spawn has reached max active children for this session (5/5)',
        });
      },
    ));

  it('are said to be none where there are none', () =>
    withAgents(
      () => ({ status: 'ok', reply: '' }),
      async (bench) => {
        expect((await bench.call('subagents', {})).details).toMatchObject({
          text: 'active subagents:\n(none)\n\nrecent (last 30m):\n(none)',
        });
        expect((await bench.call('subagents', { action: 'kill', target: 'x' })).details).toEqual({
          status: 'error',
          action: 'kill',
          target: 'x',
          error: 'Unknown subagent target: x',
        });
      },
    ));
});
