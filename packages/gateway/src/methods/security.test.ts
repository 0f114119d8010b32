import { generateKeyPairSync } from 'node:crypto';
import { createDefenderService, signBundle } from '@chela/defender';
import { silentLogger, systemClock } from '@chela/observability';
import { verifyAuditLog } from '@chela/store';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DefenderMode } from '../security-desk.ts';
import { securityMethods } from './security.ts';
import { openMethodBench } from './testing/method-bench.ts';

const keys = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** The methods over a real defender and a real store. */
async function open(mode: DefenderMode = 'enforce', source: 'environment' | 'config' | 'default' = 'default') {
  const bench = await openMethodBench();
  const { services, stateDir } = bench;
  let loads = 0;
  const defender = createDefenderService({
    stateDir,
    section: () => ({ bundle: { trustedKeys: { house: keys.publicKey } } }),
    env: {},
    defaultMode: mode,
    record: (records) => services.store.audit.appendAll(records),
    redact: (text) => text,
    clock: systemClock,
    logger: silentLogger(),
  });
  onTestFinished(() => defender.close());
  const table = securityMethods({
    ...services,
    security: {
      mode: () => ({ mode, source }),
      counts: () => ({ since: 1, allow: 0, review: 0, block: 0 }),
      async service() {
        loads += 1;
        return defender;
      },
      verifyAudit: async () => ({ ...(await verifyAuditLog(services.store.audit, [])), anchors: [] }),
    },
  });
  const context = {
    caller: {
      connId: 'c',
      role: 'operator',
      scopes: [],
      client: { id: 't', mode: 't', version: '1', platform: 'linux' },
      deviceId: undefined,
      isLocal: true,
      caps: new Set<string>(),
      remoteIp: undefined,
    },
    requestId: '1',
    accept: () => {},
    signal: new AbortController().signal,
  } as const;
  return {
    defender,
    services,
    table,
    loads: () => loads,
    async call(method: string, params: unknown = {}): Promise<unknown> {
      const row = table.find(({ name }) => name === method);
      if (row === undefined) throw new Error(`no method ${method}`);
      return row.handle(params, context);
    },
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

async function signed(version: number, policy: Readonly<Record<string, unknown>>): Promise<unknown> {
  const bundle = { id: 'house', version, notBefore: 0, notAfter: Date.now() + 60_000, keyId: 'house', policy };
  return signBundle(bundle, keys.privateKey);
}

describe('the methods of the defender', () => {
  it('are not listed in hello-ok, and what lowers protection needs admin', async () => {
    await using desk = await open();
    expect(desk.table.every(({ listed }) => !listed)).toBe(true);
    const scopes = Object.fromEntries(desk.table.map(({ name, scope }) => [name, scope]));
    expect(scopes).toMatchObject({
      'security.status': 'read',
      'security.decisions': 'read',
      'security.quarantine.remove': 'approvals',
      'security.mode.set': 'admin',
      'security.policy.apply': 'admin',
      'security.policy.rollback': 'admin',
    });
  });

  it('page through the decisions, newest first', async () => {
    await using desk = await open();
    for (const command of ['one', 'two', 'three']) {
      await desk.defender.rule({ id: command, source: 'tool', tool: 'exec', command, raw: {} });
    }
    const first = Object(await desk.call('security.decisions', { limit: 2 }));
    expect(first).toMatchObject({ decisions: [{ action: { subject: 'three' } }, { action: { subject: 'two' } }] });
    const rest = await desk.call('security.decisions', { limit: 2, before: first.before });
    expect(rest).toMatchObject({ decisions: [{ seq: 1, action: { subject: 'one' } }], before: null });
    await expect(desk.call('security.decisions', { limit: 1000 })).rejects.toThrow('limit must be at most 500');
    await expect(desk.call('security.decisions', { before: 'x' })).rejects.toThrow('before must be a whole number');
  });

  it('show what was put away and remove it', async () => {
    await using desk = await open();
    await desk.defender.rule({ id: 'bad', source: 'tool', tool: 'exec', command: 'rm -rf /', raw: {} });
    const { files } = Object(await desk.call('security.quarantine.list'));
    expect(files).toMatchObject([{ decision: { action: 'block' }, request: { command: 'rm -rf /' } }]);
    await expect(desk.call('security.quarantine.remove', { file: '../x' })).resolves.toEqual({ removed: false });
    await expect(desk.call('security.quarantine.remove', { file: files[0].file })).resolves.toEqual({ removed: true });
    expect(await desk.call('security.quarantine.list')).toEqual({ files: [] });
  });

  it('say how things stand without loading a defender that is off', async () => {
    await using off = await open('off');
    expect(await off.call('security.status')).toMatchObject({ mode: 'off', policy: null });
    expect(off.loads()).toBe(0);
    await using on = await open();
    expect(await on.call('security.status')).toMatchObject({
      mode: 'enforce',
      settings: { blockThreshold: 65 },
      policy: { active: null, highest: 0 },
      audit: { entries: 0, head: null },
    });
  });

  it('set the mode in the configuration file, unless the environment holds it', async () => {
    await using desk = await open();
    expect(await desk.call('security.mode.set', { mode: 'audit' })).toEqual({ ok: true, mode: 'audit' });
    const { snapshot } = await desk.services.editor.read();
    expect(snapshot.config).toMatchObject({ security: { defender: { mode: 'audit' } } });
    await expect(desk.call('security.mode.set', { mode: 'loud' })).rejects.toThrow('mode must be one of');
    await using held = await open('enforce', 'environment');
    await expect(held.call('security.mode.set', { mode: 'off' })).rejects.toThrow('CHELA_DEFENDER_MODE');
  });

  it('apply a signed policy, refuse a bad one with its problem, and roll back', async () => {
    await using desk = await open();
    const document = await signed(3, { toolPolicies: { exec: 'block' } });
    expect(await desk.call('security.policy.apply', { document })).toEqual({ ok: true, id: 'house', version: 3 });
    expect(await desk.call('security.policy.list')).toMatchObject({ active: 3, bundles: [{ version: 3 }] });
    await expect(desk.call('security.policy.apply', { document })).rejects.toMatchObject({
      details: { problem: 'rolled_back' },
    });
    const unusable = await signed(4, { blockThreshold: 5 });
    await expect(desk.call('security.policy.apply', { document: unusable })).rejects.toThrow('must be below');
    await expect(desk.call('security.policy.rollback', { version: 9 })).rejects.toThrow('not kept here');
    await expect(desk.call('security.policy.rollback', {})).rejects.toThrow('or null');
    expect(await desk.call('security.policy.rollback', { version: null })).toEqual({ ok: true, active: null });
    expect(await desk.call('security.audit.verify')).toMatchObject({ problems: [] });
  });

  it('list the approvals that wait', async () => {
    await using desk = await open();
    const action = {
      command: 'ls',
      cwd: null,
      host: null,
      security: null,
      ask: null,
      agentId: null,
      resolvedPath: null,
      sessionKey: null,
    };
    const { id } = await desk.services.approvals.request({ action, timeoutMs: 1_000, requestedBy: {} });
    expect(await desk.call('security.approvals.list')).toMatchObject({
      approvals: [{ id, request: { command: 'ls' } }],
    });
    await desk.services.approvals.resolve(id, 'deny', undefined);
    expect(await desk.call('security.approvals.list')).toEqual({ approvals: [] });
  });
});
