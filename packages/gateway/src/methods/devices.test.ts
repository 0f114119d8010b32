import { describe, expect, it } from 'vitest';
import type { PairedDevice, PairingRequest } from '../device-pairing.ts';
import { openMethodBench } from './testing/method-bench.ts';

const TOKEN = { token: 'secret-token', role: 'operator', scopes: ['operator.read'], createdAtMs: 1, rotatedAtMs: 2 };
const DEVICE: PairedDevice = {
  deviceId: 'd1',
  publicKey: 'key',
  displayName: 'Far Laptop',
  role: 'operator',
  tokens: { operator: TOKEN },
  createdAtMs: 1,
  approvedAtMs: 1,
};
const REQUEST: PairingRequest = { requestId: 'r1', deviceId: 'd1', publicKey: 'key', ts: 1 };
const { tokens: _tokens, ...facts } = DEVICE;
const SHOWN = { ...facts, tokens: [{ role: 'operator', scopes: ['operator.read'], createdAtMs: 1, rotatedAtMs: 2 }] };

describe('device pairing methods', () => {
  it('list requests and devices without the values of tokens', async () => {
    const list = async () => ({ pending: [REQUEST], paired: [DEVICE] });
    await using bench = await openMethodBench({ devices: { list } });
    expect(await bench.call('device.pair.list', {})).toEqual({ pending: [REQUEST], paired: [SHOWN] });
  });

  it('approve and reject tell everybody who may know', async () => {
    await using bench = await openMethodBench({
      devices: { approve: async () => DEVICE, reject: async () => REQUEST },
    });
    expect(await bench.call('device.pair.approve', { requestId: 'r1' })).toEqual({ requestId: 'r1', device: SHOWN });
    expect(await bench.call('device.pair.reject', { requestId: 'r1' })).toEqual({ requestId: 'r1', deviceId: 'd1' });
    const resolved = (decision: string) => ({
      event: 'device.pair.resolved',
      payload: { requestId: 'r1', deviceId: 'd1', decision, ts: bench.clock.now() },
    });
    expect(bench.broadcasts).toEqual([resolved('approved'), resolved('rejected')]);
  });

  it('rotate gives the new value once, revoke says when', async () => {
    const revokeToken = async () => ({ ...TOKEN, revokedAtMs: 3 });
    await using bench = await openMethodBench({ devices: { rotateToken: async () => TOKEN, revokeToken } });
    const params = { deviceId: 'd1', role: 'operator' };
    expect(await bench.call('device.token.rotate', params)).toEqual({
      ...params,
      token: 'secret-token',
      scopes: ['operator.read'],
      rotatedAtMs: 2,
    });
    expect(await bench.call('device.token.revoke', params)).toEqual({ ...params, revokedAtMs: 3 });
  });

  it.each([
    ['device.pair.approve', { requestId: 'nope' }, 'unknown requestId'],
    ['device.pair.reject', { requestId: 'nope' }, 'unknown requestId'],
    ['device.token.rotate', { deviceId: 'ghost', role: 'operator' }, 'unknown deviceId/role'],
    ['device.token.revoke', { deviceId: 'ghost', role: 'operator' }, 'unknown deviceId/role'],
  ])('%s refuses %o', async (method, params, message) => {
    await using bench = await openMethodBench();
    await expect(bench.call(method, params)).rejects.toThrow(message);
  });
});

describe('rooms that are empty in this release', () => {
  it('say so truthfully', async () => {
    const node: PairedDevice = { ...DEVICE, role: 'node', platform: 'ios' };
    await using bench = await openMethodBench({
      devices: { list: async () => ({ pending: [], paired: [DEVICE, node] }) },
    });
    expect(await bench.call('channels.status', { probe: true })).toMatchObject({ channels: {}, channelOrder: [] });
    await expect(bench.call('channels.logout', { channel: 'nope' })).rejects.toThrow('invalid channels.logout channel');
    expect(await bench.call('node.pair.list', {})).toEqual({ pending: [], paired: [] });
    expect(await bench.call('node.list', {})).toMatchObject({
      nodes: [{ nodeId: 'd1', paired: true, connected: false }],
    });
    const resolve = bench.call('exec.approval.resolve', { id: 'none', decision: 'deny' });
    await expect(resolve).rejects.toThrow('unknown approval id');
  });

  it('take a result nobody waits for only from the node it names', async () => {
    await using bench = await openMethodBench();
    const result = (nodeId: string) => bench.call('node.invoke.result', { id: 'x', nodeId, ok: true });
    expect(await result('device-1')).toEqual({ ok: true, ignored: true });
    await expect(result('other')).rejects.toThrow('nodeId mismatch');
  });
});
