import { generateKeyPairSync } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { signBundle } from '@chela/defender';
import { createProviderMock } from '@chela/parity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createHome,
  type GatewayHome,
  type GatewayProcess,
  mockConfig,
  spawnChela,
  startGateway,
} from '../harness/gateway-process.ts';
import { connectOperator, type Operator } from '../harness/operator.ts';

const provider = createProviderMock();
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const houseKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const trustedKeys = { house: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
let home: GatewayHome;
let gateway: GatewayProcess;
let operator: Operator;

beforeAll(async () => {
  const port = await provider.start();
  home = await createHome();
  const security = { defender: { bundle: { trustedKeys } } };
  await home.writeConfig(mockConfig(home, `http://127.0.0.1:${port}`, { security }));
  gateway = await startGateway(home);
  operator = await connectOperator(gateway.url, home.token);
});

afterAll(async () => {
  await operator.close();
  await gateway.end();
  await provider.stop();
  await home.remove();
});

async function setMode(mode: string): Promise<void> {
  await operator.request('security.mode.set', { mode });
}

/** Lets the model run a command; resolves with what the model was told of it. */
async function runCommand(command: string): Promise<string> {
  provider.script([{ toolCalls: [{ name: 'exec', args: { command } }] }, { text: 'Done.' }]);
  await operator.say(`defender-${crypto.randomUUID()}`, 'please');
  return JSON.stringify(provider.requests.slice(1));
}

/** The next event of a name. */
function nextEvent(name: string): Promise<unknown> {
  const heard = Promise.withResolvers<unknown>();
  const stop = operator.client.onEvent(({ event, payload }) => {
    if (event !== name) return;
    stop();
    heard.resolve(payload);
  });
  return heard.promise;
}

describe('a sidecar', () => {
  it('says what it thinks of the actions of a gateway, and ends with a signal', async () => {
    const watcher = await createHome();
    const sidecar = spawnChela(watcher, [
      'defender',
      'sidecar',
      '--gateway',
      gateway.url,
      '--token',
      home.token,
      '--json',
    ]);
    await expect.poll(() => sidecar.output()).toContain('Watching');
    await runCommand('chmod 777 nothing-here');
    await expect.poll(() => sidecar.output()).toContain('"event":"security.decision"');
    const lines = sidecar
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    const judged = lines.map((line) => JSON.parse(line).payload);
    expect(judged).toContainEqual(
      expect.objectContaining({ action: 'block', judged: expect.objectContaining({ tool: 'exec' }) }),
    );
    expect(await readdir(join(watcher.stateDir, 'chela', 'quarantine'))).toHaveLength(1);
    expect(await sidecar.end()).toBe(0);
    await watcher.remove();
  });
});

describe('the defender of a running gateway', () => {
  it('only records where a state directory was taken over', async () => {
    const decided = nextEvent('security.decision');
    const told = await runCommand('chmod 777 nothing-here');
    expect(told).not.toContain('The defender blocked');
    expect(await decided).toMatchObject({ action: 'review', tags: expect.arrayContaining(['audit_only']) });
  });

  it('refuses, asks, and lets go again as its mode is changed, without a restart', async () => {
    const { pid } = gateway;
    await setMode('enforce');
    expect(await runCommand('chmod 777 nothing-here')).toContain('The defender blocked this exec call');

    const asked = nextEvent('exec.approval.requested');
    const waiting = runCommand('env > /dev/null; history -c; echo was-run');
    const { id, request } = Object(await asked);
    expect(request).toMatchObject({ command: expect.stringContaining('history -c'), security: 'defender' });
    await operator.request('exec.approval.resolve', { id, decision: 'allow-once' });
    expect(await waiting).toContain('was-run');

    const again = nextEvent('exec.approval.requested');
    const denied = runCommand('history -c; echo was-run-anyway > proof.txt');
    await operator.request('exec.approval.resolve', { id: Object(await again).id, decision: 'deny' });
    expect(await denied).toContain('was denied');

    const { counts, pendingApprovals } = Object(await operator.request('security.status'));
    expect({ counts, pendingApprovals }).toMatchObject({ counts: { block: 1 }, pendingApprovals: 0 });
    const { files } = Object(await operator.request('security.quarantine.list'));
    expect(files[0]).toMatchObject({ request: { command: 'chmod 777 nothing-here' } });
    expect(await operator.request('security.decisions', { limit: 1 })).toMatchObject({
      decisions: [{ mode: 'enforce', action: { tool: 'exec' } }],
    });
    expect(await operator.request('security.audit.verify')).toMatchObject({ problems: [] });

    await setMode('off');
    expect(await runCommand('chmod 777 nothing-here')).not.toContain('The defender blocked');
    expect(gateway).toMatchObject({ pid, running: true });
    expect(gateway.output()).not.toContain('requires gateway restart');
  });

  it('watches, enforces and goes back by signed bundles, without a restart', async () => {
    const { pid } = gateway;
    await setMode('enforce');
    const sign = (version: number, policy: object) => {
      const life = { notBefore: Date.now() - 1_000, notAfter: Date.now() + 60_000 };
      return signBundle({ id: 'house', version, keyId: 'house', policy: { ...policy }, ...life }, houseKey);
    };
    const blockedCommandPatterns = ['coffee=strong'];
    const brew = () => runCommand('coffee=strong; echo brewed-$((40+2))');
    expect(await brew()).toContain('brewed-42');

    const watching = await sign(1, { mode: 'audit', blockedCommandPatterns });
    await operator.request('security.policy.apply', { document: watching });
    const seen = nextEvent('security.decision');
    expect(await brew()).toContain('brewed-42');
    expect(await seen).toMatchObject({ tags: expect.arrayContaining(['blocked_command_pattern', 'audit_only']) });

    await operator.request('security.policy.apply', {
      document: await sign(2, { mode: 'enforce', blockedCommandPatterns }),
    });
    const refused = await brew();
    expect(refused).toContain('The defender blocked this exec call');
    expect(refused).not.toContain('brewed-42');

    // What is altered or older than the last accepted one changes nothing.
    await expect(operator.request('security.policy.apply', { document: watching })).rejects.toThrow('not newer');
    const altered = { ...(await sign(3, {})), signature: watching.signature };
    await expect(operator.request('security.policy.apply', { document: altered })).rejects.toThrow('signature');
    expect(await brew()).toContain('The defender blocked this exec call');

    await operator.request('security.policy.rollback', { version: 1 });
    expect(await brew()).toContain('brewed-42');
    await operator.request('security.policy.rollback', { version: null });
    const plain = nextEvent('security.decision');
    expect(await brew()).toContain('brewed-42');
    expect(await plain).toMatchObject({ tags: expect.not.arrayContaining(['blocked_command_pattern']) });
    expect(await operator.request('security.audit.verify')).toMatchObject({ problems: [] });
    expect(gateway).toMatchObject({ pid, running: true });
  });
});
