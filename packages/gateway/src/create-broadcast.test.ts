import { silentLogger, silentMetrics } from '@chela/observability';
import { beforeEach, expect, it } from 'vitest';
import { type BroadcastClient, type BroadcastHub, createBroadcast } from './create-broadcast.ts';

interface FakeClient extends BroadcastClient {
  readonly frames: Buffer[];
  buffered: number;
  dropped: boolean;
}

let hub: BroadcastHub;

beforeEach(() => {
  hub = createBroadcast({ logger: silentLogger(), metrics: silentMetrics() });
});

function join(connId: string, grant: Partial<BroadcastClient> = {}): FakeClient {
  const client: FakeClient = {
    connId,
    role: 'operator',
    scopes: [],
    caps: new Set(),
    frames: [],
    buffered: 0,
    dropped: false,
    bufferedBytes: () => client.buffered,
    send: (frame) => void client.frames.push(frame),
    dropSlow() {
      client.dropped = true;
    },
    ...grant,
  };
  hub.attach(client);
  return client;
}

const read = (client: FakeClient) => client.frames.map((frame) => JSON.parse(frame.toString()));

it('numbers broadcasts from 1 while anybody is connected', () => {
  hub.send('tick', { ts: 0 });
  const client = join('a');
  hub.send('tick', { ts: 1 });
  hub.send('tick', { ts: 2 });
  expect(read(client)).toEqual([
    { type: 'event', event: 'tick', payload: { ts: 1 }, seq: 1 },
    { type: 'event', event: 'tick', payload: { ts: 2 }, seq: 2 },
  ]);
});

it('makes the bytes once for everybody', () => {
  const [a, b] = [join('a'), join('b')];
  hub.send('agent', { text: 'hello' });
  expect(a.frames[0]).toBe(b.frames[0]);
});

it('carries the state version where it is given', () => {
  const client = join('a');
  hub.send('health', {}, { stateVersion: { presence: 3, health: 4 } });
  expect(read(client)[0]).toMatchObject({ stateVersion: { presence: 3, health: 4 } });
});

it('shows guarded events to operators with the scope only, and leaves a gap for the others', () => {
  const pairing = join('a', { scopes: ['operator.pairing'] });
  const admin = join('b', { scopes: ['operator.admin'] });
  const reader = join('c', { scopes: ['operator.read'] });
  const node = join('d', { role: 'node', scopes: ['operator.admin'] });
  hub.send('device.pair.requested', {});
  hub.send('tick', {});
  expect([pairing, admin].map((client) => client.frames.length)).toEqual([2, 2]);
  expect([reader, node].map((client) => read(client).map((frame) => frame.seq))).toEqual([[2], [2]]);
});

it('addresses single connections without a number', () => {
  const [a, b] = [join('a'), join('b')];
  hub.sendTo(['a', 'gone'], 'agent', { stream: 'tool' });
  expect(read(a)).toEqual([{ type: 'event', event: 'agent', payload: { stream: 'tool' } }]);
  expect(b.frames).toEqual([]);
});

it('knows who has a capability', () => {
  join('a', { caps: new Set(['tool-events']) });
  join('b');
  expect(hub.withCapability('tool-events')).toEqual(['a']);
});

it('skips what may be dropped for a client that lags', () => {
  const slow = join('a');
  slow.buffered = 3_000_000;
  hub.send('chat', { state: 'delta' }, { dropIfSlow: true });
  hub.send('chat', { state: 'final' });
  expect(read(slow).map((frame) => frame.payload.state)).toEqual(['final']);
  expect(slow.dropped).toBe(false);
});

it('closes a client over the limit at the first event that may not be dropped', () => {
  const slow = join('a');
  slow.buffered = 52_428_801;
  hub.send('tick', {}, { dropIfSlow: true });
  expect(slow.dropped).toBe(false);
  hub.send('chat', { state: 'final' });
  expect(slow.dropped).toBe(true);
  expect(slow.frames).toEqual([]);
});

it('forgets a client that left', () => {
  const client = join('a');
  const leave = hub.attach({ ...client, connId: 'b' });
  expect(hub.size).toBe(2);
  leave();
  expect(hub.size).toBe(1);
});
