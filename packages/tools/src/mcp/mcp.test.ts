import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Config } from '@chela/config';
import { systemClock } from '@chela/observability';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Bench, createBench, textOf } from '../testing/bench.ts';
import type { ToolScope } from '../tool.ts';

/** MCP servers as a model and an operator meet them, with real processes. */

const FIXTURE = fileURLToPath(new URL('./testing/mcp-server-fixture.ts', import.meta.url));
const ARGS = ['--disable-warning=ExperimentalWarning', FIXTURE];

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

function fixtureConfig(server: Readonly<Record<string, unknown>> = {}, more: Config = {}): Config {
  return { ...more, mcp: { servers: { fix: { command: process.execPath, args: ARGS, ...server } } } };
}

async function open(config: Config, deps: Parameters<typeof createBench>[1] = {}): Promise<Bench> {
  bench = await createBench(config, deps);
  await prepare(bench);
  return bench;
}

const prepare = (of: Bench, scope: ToolScope = of.scope): Promise<void> | undefined =>
  of.service.prepare?.(scope, new AbortController().signal);
const offered = (of: Bench): readonly string[] =>
  of.service.offer(of.scope).flatMap(({ name }) => (name.startsWith('fix__') ? [name] : []));
const sources = (of: Bench) => of.service.sources?.() ?? [];

async function self(of: Bench): Promise<{ pid: number; child: number; variables: Record<string, string> }> {
  return JSON.parse(await of.text('fix__self', {}));
}

/** A process that has ended counts as gone, also where nobody collects it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a server that works', () => {
  it('offers its tools behind its name, last in the list, and answers', async () => {
    const of = await open(fixtureConfig());
    expect(offered(of)).toContain('fix__echo');
    expect(of.service.offer(of.scope).at(-1)?.name).toMatch(/^fix__/);
    expect(await of.text('fix__echo', { words: 'hello' })).toBe('hello');
    expect(sources(of)).toEqual([{ name: 'fix', kind: 'mcp', transport: 'stdio', state: 'ready', tools: 9 }]);
  });

  it('is one process for all sessions', async () => {
    const of = await open(fixtureConfig());
    const scope = { ...of.scope, sessionKey: 'agent:main:other' };
    await prepare(of, scope);
    const first = await self(of);
    const second = await of.service.call({ name: 'fix__self', arguments: {} }, scope, of.context());
    expect(JSON.parse(textOf(second)).pid).toBe(first.pid);
  });

  it('tells a reading tool from one that may change things', async () => {
    const of = await open(fixtureConfig());
    const effects = Object.fromEntries(of.service.offer(of.scope).map(({ name, sideEffects }) => [name, sideEffects]));
    expect(effects.fix__echo).toBe('none');
    expect(effects.fix__crash).toBe('possible');
  });

  it('gets its own variables and none of the keys of the gateway', async () => {
    const env = { PATH: process.env.PATH, HOME: '/tmp', OPENAI_API_KEY: 'sk-test-secret' };
    const of = await open(fixtureConfig({ env: { FIX_KEY: 'k' } }), { env });
    const { variables } = await self(of);
    expect(variables.FIX_KEY).toBe('k');
    expect(variables).not.toHaveProperty('OPENAI_API_KEY');
  });

  it('ends with the gateway, and so does what it started', async () => {
    const of = await open(fixtureConfig());
    const { pid, child } = await self(of);
    expect([isAlive(pid), isAlive(child)]).toEqual([true, true]);
    await of.close();
    bench = undefined;
    await vi.waitFor(() => expect([isAlive(pid), isAlive(child)]).toEqual([false, false]));
  });

  it('ends when nobody calls it, keeps its place in the list, and starts again with a call', async () => {
    const timers: { readonly delayMs: number; readonly task: () => void }[] = [];
    const clock = {
      ...systemClock,
      after(delayMs: number, task: () => void) {
        if (delayMs !== 77_000) return systemClock.after(delayMs, task);
        timers.push({ delayMs, task });
        return () => {};
      },
    };
    const of = await open(fixtureConfig({ idleSeconds: 77 }), { clock });
    const { pid } = await self(of);
    timers.at(-1)?.task();
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
    expect(sources(of)[0]?.state).toBe('idle');
    expect(offered(of)).toContain('fix__echo');
    expect((await self(of)).pid).not.toBe(pid);
  });

  it('shows the tools it brings later', async () => {
    const of = await open(fixtureConfig());
    expect(await of.text('fix__grow', {})).toBe('look again');
    await vi.waitFor(() => expect(offered(of)).toContain('fix__grown'));
    expect(await of.text('fix__grown', {})).toBe('grown');
  });

  it('passes its own failures on as failures', async () => {
    const of = await open(fixtureConfig());
    const result = await of.call('fix__fail', {});
    expect([textOf(result), result.isError]).toEqual(['no such thing', true]);
  });
});

describe('policy', () => {
  it.each([
    ['a denied source', { tools: { deny: ['fix'] } }],
    ['denied names', { tools: { deny: ['fix__*'] } }],
    ['a profile without it', { tools: { profile: 'coding' } }],
    ['an allow list of other tools', { tools: { allow: ['read', 'exec'] } }],
  ])('%s keeps the server down', async (_what, more: Config) => {
    const of = await open(fixtureConfig({}, more));
    expect(offered(of)).toEqual([]);
    expect(sources(of)[0]?.state).toBe('idle');
    expect(await of.text('fix__echo', { words: 'x' })).toBe('Tool fix__echo not found');
  });

  it.each([
    ['the source', ['read', 'fix'], 9],
    ['all plugins', ['read', 'group:plugins'], 9],
    ['one tool', ['read', 'fix__echo'], 1],
  ])('an allow list that names %s lets it in', async (_what, allow, count) => {
    const of = await open(fixtureConfig({}, { tools: { allow } }));
    expect(offered(of)).toHaveLength(count);
  });

  it('asks the policy hook before a call', async () => {
    const of = await open(fixtureConfig(), { policyHook: async () => ({ action: 'block', message: 'not today' }) });
    expect(await of.text('fix__echo', { words: 'x' })).toContain('not today');
  });
});

describe('a server that misbehaves', () => {
  it('is down after a crash in mid-call, says so, and is back with the next call', async () => {
    const of = await open(fixtureConfig());
    expect(await of.text('fix__crash', {})).toContain(
      'the MCP server fix ended with exit code 3 during the call, which may have taken effect in part',
    );
    expect(sources(of)[0]).toMatchObject({ state: 'failed', problem: 'ended with exit code 3' });
    expect(await of.text('fix__echo', { words: 'again' })).toBe('again');
  });

  it('waits longer before each restart of a server that keeps crashing', async () => {
    const of = await open(fixtureConfig());
    await of.text('fix__crash', {});
    await of.text('fix__crash', {});
    expect(await of.text('fix__echo', { words: 'x' })).toContain('It is started again in 1 s');
  });

  it('does not hold a call longer than allowed', async () => {
    const of = await open(fixtureConfig({ timeoutSeconds: 0.3 }));
    expect(await of.text('fix__hang', {})).toContain('did not answer within 0.3 s');
    expect(await of.text('fix__echo', { words: 'still here' })).toBe('still here');
  });

  it('is replaced when it does not even answer a ping', { timeout: 20_000 }, async () => {
    const of = await open(fixtureConfig({ timeoutSeconds: 0.3 }));
    const { pid } = await self(of);
    await of.text('fix__freeze', {});
    await vi.waitFor(() => expect(sources(of)[0]?.problem).toBe('does not answer any more'), { timeout: 15_000 });
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
    expect(await of.text('fix__echo', { words: 'new' })).toBe('new');
  });

  it('ends a call when the run is stopped', async () => {
    const of = await open(fixtureConfig());
    const controller = new AbortController();
    const call = of.call('fix__hang', {}, { signal: controller.signal });
    controller.abort(new DOMException('stopped', 'AbortError'));
    await expect(call).rejects.toThrow('stopped');
  });

  it('may write noise between messages', async () => {
    const of = await open(fixtureConfig());
    expect(await of.text('fix__garbage', {})).toBe('after the noise');
  });

  it('has long answers cut', async () => {
    const of = await open(fixtureConfig());
    const text = await of.text('fix__long', { chars: 2_000_000 }, { contextWindow: 16_000 });
    expect(text.length).toBeLessThan(25_000);
    expect(text).toContain('[Output cut:');
  });

  it('is ended when a message is beyond all measure', async () => {
    const of = await open(fixtureConfig());
    expect(await of.text('fix__long', { chars: 6_000_000 })).toContain('sent a message of more than 4194304 bytes');
    expect(await of.text('fix__echo', { words: 'back' })).toBe('back');
  });

  it.each([
    ['ends at once', { args: [...ARGS, 'crash-at-start'] }, 'could not be started: ended with exit code 7'],
    ['is not there', { command: '/no/such/program', args: [] }, 'could not be started: spawn /no/such/program ENOENT'],
  ])('leaves everything else as it is when it %s', async (_what, server, problem) => {
    const of = await open(fixtureConfig(server));
    expect(offered(of)).toEqual([]);
    expect(of.service.offer(of.scope).length).toBeGreaterThan(10);
    expect(sources(of)[0]).toMatchObject({ state: 'failed', problem });
  });

  it('does not hold a turn longer than its patience when it says nothing at all', async () => {
    const clock = {
      ...systemClock,
      after: (delayMs: number, task: () => void) => systemClock.after(delayMs === 10_000 ? 50 : delayMs, task),
    };
    const of = await open(fixtureConfig({ args: [...ARGS, 'mute'] }), { clock });
    expect(sources(of)[0]?.state).toBe('starting');
  });
});

describe('configuration', () => {
  it('is followed: a server that is taken out ends, a changed one starts anew', async () => {
    let config = fixtureConfig();
    const of = await open(config, { config: () => config });
    const { pid } = await self(of);
    config = fixtureConfig({ env: { CHANGED: '1' } });
    await prepare(of);
    const second = await self(of);
    expect(second.variables.CHANGED).toBe('1');
    config = {};
    expect(offered(of)).toEqual([]);
    await vi.waitFor(() => expect([isAlive(pid), isAlive(second.pid)]).toEqual([false, false]));
  });

  it('starts nothing for a server that is switched off', async () => {
    const of = await open(fixtureConfig({ enabled: false }));
    expect(sources(of)).toEqual([]);
  });
});

describe('a server at an address', () => {
  let http: Server | undefined;
  afterEach(async () => {
    http?.closeAllConnections();
    http?.close();
    if (http) await once(http, 'close');
  });

  it('is spoken to with its headers', async () => {
    const { McpServer } = await import('@modelcontextprotocol/sdk/server/mcp.js');
    const { StreamableHTTPServerTransport } = await import('@modelcontextprotocol/sdk/server/streamableHttp.js');
    const keys: unknown[] = [];
    http = createServer((request, response) => {
      keys.push(request.headers.authorization);
      const server = new McpServer({ name: 'web', version: '1' });
      server.registerTool('ping', { description: 'Pongs.' }, () => ({ content: [{ type: 'text', text: 'pong' }] }));
      const transport = new StreamableHTTPServerTransport({});
      response.on('close', () => void transport.close());
      void server.connect(transport).then(() => transport.handleRequest(request, response));
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const address = http.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const web = { url: `http://127.0.0.1:${port}/mcp`, headers: { Authorization: 'Bearer dummy' } };
    const of = await open({ mcp: { servers: { fix: web } } });
    expect(await of.text('fix__ping', {})).toBe('pong');
    expect(new Set(keys)).toEqual(new Set(['Bearer dummy']));
  });

  it('that cannot be reached is a failed source and nothing more', async () => {
    const of = await open({ mcp: { servers: { fix: { url: 'http://127.0.0.1:1/mcp' } } } });
    expect(sources(of)[0]?.state).toBe('failed');
  });
});
