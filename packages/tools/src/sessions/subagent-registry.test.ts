import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '@chela/config';
import { type Clock, silentLogger } from '@chela/observability';
import { createStore, type Store } from '@chela/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackgroundScope } from '../call/background-scope.ts';
import type { AgentCaller, CalledOutcome, CalledTurn } from '../rooms/agent-caller.ts';
import { createSubagentRegistry, type SubagentRegistry } from './subagent-registry.ts';

const MAIN = 'agent:main:main';
const CHILD = 'agent:main:subagent:c1';

/** A clock that a test moves by hand. */
function steppedClock() {
  let now = 1_000_000;
  const timers = new Set<{ at: number; task: () => void }>();
  return {
    now: () => now,
    after(delayMs: number, task: () => void) {
      const timer = { at: now + delayMs, task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms: number) {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.task();
      }
    },
  };
}

/** Sessions that take turns; a run id that was taken before is that run, as in the ledger. */
function createSessions(clock: Clock) {
  const turns: CalledTurn[] = [];
  const ends = new Map<string, PromiseWithResolvers<CalledOutcome>>();
  const removed: string[] = [];
  let down = 0;
  const caller: AgentCaller = {
    modelProblem: async () => undefined,
    async start(turn) {
      if (down > 0) {
        down -= 1;
        throw new Error('the lane is full');
      }
      const known = ends.get(turn.runId);
      if (known !== undefined) return { outcome: known.promise };
      const end = Promise.withResolvers<CalledOutcome>();
      ends.set(turn.runId, end);
      turns.push(turn);
      return { outcome: end.promise };
    },
    abort: async () => true,
    announce: async () => {},
  };
  return {
    caller,
    turns,
    removed,
    clock,
    refuse: (times: number) => {
      down = times;
    },
    to: (sessionKey: string) => turns.filter((turn) => turn.sessionKey === sessionKey),
    end: (runId: string, outcome: CalledOutcome) => ends.get(runId)?.resolve(outcome),
  };
}

describe('sub-agent registry', () => {
  let stateDir: string;
  let store: Store;
  let clock: ReturnType<typeof steppedClock>;
  let sessions: ReturnType<typeof createSessions>;
  let registry: SubagentRegistry;
  let config: Config;

  const open = (): SubagentRegistry => {
    const logger = silentLogger();
    return createSubagentRegistry({
      config: () => config,
      agents: sessions.caller,
      rows: store.subagents,
      sessions: {
        list: async () => [],
        find: async () => undefined,
        findById: async () => undefined,
        findByLabel: async () => undefined,
        history: async () => [],
        remove: async (key) => void sessions.removed.push(key),
        statusCard: async () => '',
        setModel: async () => ({ changed: false }),
      },
      clock,
      logger,
      background: createBackgroundScope({ logger }).run,
    });
  };
  const spawn = (runId: string, sessionKey = CHILD, requesterKey = MAIN, cleanup: 'keep' | 'delete' = 'keep') =>
    registry.start(
      { runId, agentId: 'main', sessionKey, text: `task of ${runId}` },
      { requesterKey, label: runId, task: `task of ${runId}`, cleanup },
    );

  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'chela-registry-'));
    clock = steppedClock();
    config = {};
    store = await createStore({
      stateDir,
      mirror: false,
      workspaceDir: () => stateDir,
      clock,
      logger: silentLogger(),
    });
    sessions = createSessions(clock);
    registry = open();
  });
  afterEach(async () => {
    registry.close();
    await store.close();
    await rm(stateDir, { recursive: true, force: true });
  });

  it('tells the requester once, also when the next process cannot know whether it was told', async () => {
    await spawn('r1');
    sessions.end('r1', { status: 'ok', reply: 'found it' });
    await expect.poll(() => sessions.to(MAIN).length).toBe(1);
    expect(sessions.to(MAIN)[0]?.text).toContain('A subagent task "r1" just completed successfully.');
    expect(sessions.to(MAIN)[0]?.text).toContain('found it');
    await expect.poll(async () => (await store.subagents.find('r1'))?.state).toBe('settled');
    registry.close();
    registry = open();
    expect(await registry.resume()).toBe(0);
    expect(sessions.to(MAIN)).toHaveLength(1);
  });

  it('takes up a run of an earlier process and tells its result', async () => {
    await spawn('r1');
    registry.close();
    registry = open();
    expect(await registry.resume()).toBe(1);
    expect(sessions.to(CHILD)).toHaveLength(1);
    sessions.end('r1', { status: 'timeout', reply: '' });
    await expect.poll(() => sessions.to(MAIN)[0]?.text).toContain('timed out');
    expect(sessions.to(MAIN)).toHaveLength(1);
    expect(sessions.to(MAIN)[0]?.text).toContain('(no output)');
  });

  it('starts the turn that an earlier process had only written down', async () => {
    await store.subagents.open({
      runId: 'r1',
      sessionKey: CHILD,
      requesterKey: MAIN,
      label: 'r1',
      task: 'look',
      cleanup: 'keep',
      turn: { runId: 'r1', agentId: 'main', sessionKey: CHILD, text: 'look' },
      startedAt: 1,
    });
    await registry.resume();
    expect(sessions.to(CHILD)).toMatchObject([{ runId: 'r1', text: 'look' }]);
  });

  it('leaves a run that ends with the process for the next one', async () => {
    await spawn('r1');
    sessions.end('r1', { status: 'interrupted', reply: '' });
    await Promise.resolve();
    expect((await registry.of(MAIN))[0]?.status).toBe('running');
    expect(sessions.to(MAIN)).toEqual([]);
  });

  it('tries again when the requester cannot be told at once', async () => {
    await spawn('r1');
    sessions.refuse(2);
    sessions.end('r1', { status: 'error', reply: '', error: 'no key' });
    await expect.poll(async () => (await store.subagents.find('r1'))?.state).toBe('ended');
    await expect
      .poll(() => {
        clock.advance(8_000);
        return sessions.to(MAIN).length;
      })
      .toBe(1);
    expect(sessions.to(MAIN)[0]?.text).toContain('failed: no key');
  });

  it('waits for the sub-agents of a sub-agent, whose answer to them becomes the result', async () => {
    const grandchild = `${CHILD}:subagent:g1`;
    await spawn('r1');
    await spawn('r2', grandchild, CHILD);
    sessions.end('r1', { status: 'ok', reply: 'I have asked somebody' });
    await expect.poll(async () => (await store.subagents.find('r1'))?.state).toBe('ended');
    expect(sessions.to(MAIN)).toEqual([]);
    sessions.end('r2', { status: 'ok', reply: '42' });
    await expect.poll(() => sessions.to(CHILD).at(-1)?.text).toContain('42');
    sessions.end(sessions.to(CHILD).at(-1)?.runId ?? '', { status: 'ok', reply: 'the answer is 42' });
    await expect.poll(() => sessions.to(MAIN)[0]?.text).toContain('the answer is 42');
  });

  it('stops a run and those below it without telling anybody', async () => {
    await spawn('r1');
    await spawn('r2', `${CHILD}:subagent:g1`, CHILD);
    expect(await registry.killAll(MAIN)).toBe(2);
    sessions.end('r1', { status: 'aborted', reply: '' });
    expect((await registry.of(MAIN)).map(({ status }) => status)).toEqual(['killed']);
    expect(await registry.killAll(MAIN)).toBe(0);
    expect(sessions.to(MAIN)).toEqual([]);
  });

  it('puts a session away after its time, at once when that was asked for, and never when it is switched off', async () => {
    await spawn('r1');
    await spawn('r2', 'agent:main:subagent:c2', MAIN, 'delete');
    sessions.end('r1', { status: 'ok', reply: 'a' });
    sessions.end('r2', { status: 'ok', reply: 'b' });
    await expect.poll(() => sessions.removed).toEqual(['agent:main:subagent:c2']);
    await expect.poll(async () => (await store.subagents.find('r1'))?.state).toBe('settled');
    clock.advance(61 * 60_000);
    await expect.poll(() => sessions.removed).toEqual(['agent:main:subagent:c2', CHILD]);
    config = { agents: { defaults: { subagents: { archiveAfterMinutes: 0 } } } };
    await spawn('r3', 'agent:main:subagent:c3');
    sessions.end('r3', { status: 'ok', reply: 'c' });
    await expect.poll(async () => (await store.subagents.find('r3'))?.state).toBe('settled');
    expect((await store.subagents.find('r3'))?.archiveAt).toBeUndefined();
  });
});
