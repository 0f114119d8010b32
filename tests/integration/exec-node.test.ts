import { execFile } from 'node:child_process';
import { createProviderMock } from '@chela/parity';
import { createDeviceIdentity, createGatewayClient, type GatewayClient } from '@chela/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  startGateway,
} from '../harness/gateway-process.ts';
import { connectOperator, type Operator } from '../harness/operator.ts';

/** `exec` with host=node: the gateway as a program, and a node host on a socket that runs what it is asked for. */

const ALLOWED = {
  version: 1,
  agents: { careful: { security: 'allowlist', allowlist: ['/usr/bin/echo', '/bin/echo'] } },
};
const WHICH: Readonly<Record<string, string>> = { echo: '/usr/bin/echo', cat: '/usr/bin/cat' };

interface Asked {
  readonly command: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const provider = createProviderMock();
let home: GatewayHome;
let gateway: GatewayProcess;
let operator: Operator;
let node: GatewayClient | undefined;
let nodeId = '';
let asked: Asked[];

beforeAll(async () => {
  const port = await provider.start();
  home = await createHome();
  const config = mockConfig(home, `http://127.0.0.1:${port}`, {
    tools: { exec: { host: 'node' } },
    security: { defender: { mode: 'audit' } },
  });
  const free = { id: 'free', workspace: home.workspace, tools: { exec: { security: 'full', ask: 'off' } } };
  const denied = { id: 'denied', workspace: home.workspace, tools: { exec: { security: 'deny' } } };
  const careful = { id: 'careful', workspace: home.workspace };
  await home.writeConfig({ ...config, agents: { ...Object(config.agents), list: [free, careful, denied] } });
  gateway = await startGateway(home);
  operator = await connectOperator(gateway.url, home.token);
});

afterAll(async () => {
  await node?.close();
  await operator.close();
  await gateway.end();
  await provider.stop();
  await home.remove();
});

beforeEach(() => {
  asked = [];
});

/** A node host; runs argument vectors without a shell of its own. */
async function connectNode(): Promise<void> {
  const device = createDeviceIdentity();
  nodeId = device.deviceId;
  const client = createGatewayClient({
    url: gateway.url,
    token: home.token,
    role: 'node',
    scopes: [],
    client: { id: 'node-host', version: '1.0.0', platform: 'linux', mode: 'node', displayName: 'Build Node' },
    device,
    caps: ['system'],
    commands: ['system.run', 'system.which'],
  });
  client.onEvent(({ event, payload }) => {
    if (event !== 'node.invoke.request') return;
    const { id, command, paramsJSON } = Object(payload);
    const params = JSON.parse(paramsJSON ?? '{}');
    asked.push({ command, params });
    answerOf(command, params).then(
      (answer) => client.request('node.invoke.result', { id, nodeId, ok: true, payload: answer }),
      (error: Error) =>
        client.request('node.invoke.result', {
          id,
          nodeId,
          ok: false,
          error: { code: 'UNAVAILABLE', message: error.message },
        }),
    );
  });
  await client.connect();
  node = client;
}

async function answerOf(command: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
  if (command === 'system.execApprovals.get') return { path: '/x', exists: true, hash: 'h', file: ALLOWED };
  if (command === 'system.which') {
    const names = Array.isArray(params.bins) ? params.bins.map(String) : [];
    return { bins: Object.fromEntries(names.flatMap((name) => (WHICH[name] ? [[name, WHICH[name]]] : []))) };
  }
  const [program = '', ...args] = Array.isArray(params.command) ? params.command.map(String) : [];
  if (params.rawCommand === 'refuse me') throw new Error('SYSTEM_RUN_DENIED: allowlist miss');
  if (params.rawCommand === 'echo ask me' && params.approved !== true) {
    throw new Error('SYSTEM_RUN_DENIED: approval required');
  }
  return new Promise((done) => {
    const env = { ...process.env, ...Object(params.env) };
    execFile(program, args, { env }, (error, stdout, stderr) => {
      const exitCode = typeof error?.code === 'number' ? error.code : 0;
      done({ exitCode, timedOut: false, success: exitCode === 0, stdout, stderr, error: null });
    });
  });
}

/** Lets a model run a command; resolves with the result that the model was given. */
async function run(agent: string, args: Readonly<Record<string, unknown>>): Promise<string> {
  provider.script([{ toolCalls: [{ name: 'exec', args }] }, { text: 'Done.' }]);
  await operator.say(`agent:${agent}:main`, 'please');
  const body = JSON.parse(JSON.stringify(provider.requests.at(-1)));
  const messages: { role: string; content: unknown }[] = body.body?.messages ?? body.messages;
  return String(messages.findLast(({ role }) => role === 'tool')?.content);
}

function nextEvent(name: string): Promise<{ id: string }> {
  const heard = Promise.withResolvers<{ id: string }>();
  const stop = operator.client.onEvent(({ event, payload }) => {
    if (event !== name) return;
    stop();
    heard.resolve(Object(payload));
  });
  return heard.promise;
}

it('says that there is no node', async () => {
  expect(await run('free', { command: 'echo hi' })).toContain(
    'exec host=node requires a paired node (none available).',
  );
});

describe('with a node', () => {
  beforeAll(connectNode);

  it('runs there, and reads like on every other host', async () => {
    const text = await run('free', {
      command: 'echo "$WORD"; exit 3',
      env: { WORD: 'there' },
      workdir: '/tmp',
      timeout: 7,
    });
    expect(text).toBe('there\n\n(Command exited with code 3)');
    expect(asked).toEqual([
      {
        command: 'system.run',
        params: {
          command: ['/bin/sh', '-lc', 'echo "$WORD"; exit 3'],
          rawCommand: 'echo "$WORD"; exit 3',
          cwd: '/tmp',
          env: { WORD: 'there' },
          timeoutMs: 7_000,
          agentId: 'free',
          sessionKey: 'agent:free:main',
        },
      },
    ]);
  });

  it('refuses variables that change programs, another node, and what policy denies', async () => {
    expect(await run('free', { command: 'true', env: { LD_PRELOAD: 'x' } })).toContain('Security Violation');
    expect(await run('free', { command: 'true', node: 'Attic' })).toContain('unknown node: Attic');
    expect(await run('denied', { command: 'true' })).toContain('exec denied: host=node security=deny');
    expect(asked).toEqual([]);
  });

  it('hands on why the node refused', async () => {
    expect(await run('free', { command: 'refuse me' })).toContain('SYSTEM_RUN_DENIED: allowlist miss');
  });

  it('asks a person when the node wants a word', async () => {
    const requested = nextEvent('exec.approval.requested');
    expect(await run('free', { command: 'echo ask me' })).toContain('Approval required');
    const { id } = await requested;
    await operator.request('exec.approval.resolve', { id, decision: 'allow-once' });
    await expect.poll(() => asked.at(-1)?.params).toMatchObject({ approved: true, runId: id });
  });

  it('asks nobody for programs on the allowlist of the node', async () => {
    expect(await run('careful', { command: 'echo listed' })).toBe('listed');
    expect(asked.map(({ command }) => command)).toEqual(['system.execApprovals.get', 'system.which', 'system.run']);
    expect(asked.at(-1)?.params).not.toHaveProperty('approved');
  });

  it('waits for a word for others, runs with it once, and says how it ended', async () => {
    const requested = nextEvent('exec.approval.requested');
    const text = await run('careful', { command: 'cat /dev/null; echo after' });
    const { id } = await requested;
    expect(text).toBe(
      `Approval required (id ${id.slice(0, 8)}). Approve to run; updates will arrive after completion.`,
    );
    expect(asked.some(({ command }) => command === 'system.run')).toBe(false);
    await operator.request('exec.approval.resolve', { id, decision: 'allow-once' });
    await expect
      .poll(() => asked.find(({ command }) => command === 'system.run')?.params)
      .toMatchObject({
        rawCommand: 'cat /dev/null; echo after',
        approved: true,
        approvalDecision: 'allow-once',
        runId: id,
      });
    provider.script([{ text: 'Seen.' }, { text: 'Seen.' }, { text: 'Seen.' }]);
    await expect
      .poll(async () => {
        await operator.say('agent:careful:main', 'and?');
        return JSON.stringify(provider.requests);
      })
      .toContain(`Exec finished (node=${nodeId} id=${id}, code 0)`);
  });

  it('does not run what a person denied', async () => {
    const requested = nextEvent('exec.approval.requested');
    await run('careful', { command: 'cat /etc/hostname' });
    const { id } = await requested;
    await operator.request('exec.approval.resolve', { id, decision: 'deny' });
    provider.script([{ text: 'Seen.' }, { text: 'Seen.' }, { text: 'Seen.' }]);
    await expect
      .poll(async () => {
        await operator.say('agent:careful:main', 'and?');
        return JSON.stringify(provider.requests);
      })
      .toContain(`Exec denied (node=${nodeId} id=${id}, user-denied): cat /etc/hostname`);
    expect(asked.some(({ command }) => command === 'system.run')).toBe(false);
  });
});
