import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Bench, createBench, textOf } from './testing/bench.ts';
import type { PolicyHook } from './tool.ts';

const DEFAULT_NAMES = [
  'agents_list',
  'browser',
  'canvas',
  'cron',
  'edit',
  'exec',
  'gateway',
  'message',
  'nodes',
  'process',
  'read',
  'session_status',
  'sessions_history',
  'sessions_list',
  'sessions_send',
  'sessions_spawn',
  'subagents',
  'tts',
  'web_fetch',
  'web_search',
  'write',
];

let bench: Bench;
beforeEach(async () => {
  bench = await createBench();
});
afterEach(() => bench.close());

const offeredBy = (of: Bench): readonly string[] => of.service.offer(of.scope).map(({ name }) => name);

describe('offer', () => {
  it('has all tools of the contract by default, in its order', () => {
    const names = offeredBy(bench);
    expect(names.toSorted()).toEqual(DEFAULT_NAMES);
    expect(names.slice(0, 5)).toEqual(['read', 'edit', 'write', 'exec', 'process']);
  });

  it('adds apply_patch for openai models where it is enabled', async () => {
    const config = { tools: { exec: { applyPatch: { enabled: true } } } };
    const other = await createBench(config, {}, { provider: 'openai', model: 'gpt-5.2' });
    expect(offeredBy(other)).toContain('apply_patch');
    await other.close();
  });

  it('narrows to what policy leaves over', async () => {
    const narrow = await createBench({ tools: { allow: ['group:fs', 'group:runtime'], deny: ['exec', 'write'] } });
    expect(offeredBy(narrow)).toEqual(['read', 'edit', 'process']);
    await narrow.close();
  });
});

describe('call', () => {
  it('answers an unknown tool and a denied one alike', async () => {
    const denied = await createBench({ tools: { deny: ['exec'] } });
    for (const [where, name] of [
      [bench, 'frobnicate'],
      [bench, 'bash'],
      [denied, 'exec'],
    ] as const) {
      const result = await where.call(name, { command: 'echo no' });
      expect(result).toEqual({
        content: [{ type: 'text', text: `Tool ${name} not found` }],
        details: {},
        isError: true,
      });
    }
    await denied.close();
  });

  it('shows the policy hook the repaired arguments and gives its refusal to the model', async () => {
    const policyHook = vi.fn<PolicyHook>(async () => ({ action: 'block', message: 'not today' }));
    const guarded = await createBench({}, { policyHook });
    expect(await guarded.text('write', { file_path: 'x.txt', content: 'x' })).toBe(
      JSON.stringify({ status: 'error', tool: 'write', error: 'not today' }, null, 2),
    );
    expect(policyHook.mock.calls[0]?.[0]).toMatchObject({ tool: 'write', arguments: { path: 'x.txt', content: 'x' } });
    expect(await guarded.text('read', { path: 'x.txt' })).toContain('not today');
    await guarded.close();
  });

  it('runs nothing when the hook fails', async () => {
    const policyHook: PolicyHook = async () => {
      throw new Error('guard is down');
    };
    const guarded = await createBench({}, { policyHook });
    expect(await guarded.text('exec', { command: 'echo ran' })).toContain('guard is down');
    await guarded.close();
  });

  it('rejects when the turn is aborted already', async () => {
    const turn = new AbortController();
    turn.abort();
    await expect(bench.call('read', { path: 'x' }, { signal: turn.signal })).rejects.toThrow();
  });

  it('ends a command without background when process is denied', async () => {
    const alone = await createBench({ tools: { deny: ['process'] } });
    expect(await alone.text('exec', { command: 'echo hi', background: true })).toBe(
      'Warning: background execution is disabled; running synchronously.\n\nhi',
    );
    await alone.close();
  });

  it('refuses to run on the host what the configuration wants in a sandbox', async () => {
    const boxed = await createBench({ agents: { defaults: { sandbox: { mode: 'all' } } } }, { env: { PATH: '' } });
    expect(await boxed.text('exec', { command: 'echo hi' })).toContain('this gateway has none: bubblewrap');
    expect(await boxed.text('read', { path: '/etc/hostname' })).toContain('Path escapes sandbox root');
    await boxed.close();
  });

  it('stops calls that go in circles where loop detection is on', async () => {
    const looping = await createBench({
      tools: { loopDetection: { enabled: true, warningThreshold: 1, criticalThreshold: 2 } },
    });
    const poll = { action: 'poll', sessionId: 'nope' };
    await looping.call('process', poll);
    await looping.call('process', poll);
    expect(await looping.text('process', poll)).toContain('CRITICAL: process was polled 2 times');
    await looping.close();
  });
});

describe('tools without their service', () => {
  it.each([
    ['message', { action: 'send', message: 'x' }, 'Action send requires a target.'],
    [
      'message',
      { action: 'send', target: 'x', message: 'x' },
      'Channel is required (no configured channels detected).',
    ],
    ['nodes', { action: 'describe' }, 'agent=main node=auto gateway=default action=describe: node required'],
    [
      'nodes',
      { action: 'run', node: 'x' },
      'agent=main node=x gateway=default action=run: system.run requires a paired companion app or node host',
    ],
    ['canvas', { action: 'present' }, 'node required'],
    ['cron', { action: 'remove' }, 'jobId required (id accepted for backward compatibility)'],
    ['gateway', { action: 'restart' }, 'Gateway restart is disabled. Set commands.restart=true to enable.'],
    ['gateway', { action: 'config.patch' }, 'raw required'],
    ['browser', { action: 'status' }, 'not available'],
    ['sessions_list', {}, 'not available'],
  ])('%s %j fails with %s', async (name, args, error) => {
    const result = await bench.call(name, args);
    expect(result.details).toMatchObject({ status: 'error', tool: name });
    expect(textOf(result)).toContain(error);
  });

  it('tells that text was not turned into speech', async () => {
    expect(await bench.text('tts', { text: 'hello' })).toContain('Speech is not available on this gateway.');
  });
});
