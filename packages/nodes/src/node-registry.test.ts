import { systemClock } from '@chela/observability';
import { expect, it } from 'vitest';
import { createNodeRegistry, type NodeSession, normaliseResult } from './node-registry.ts';

interface Sent {
  readonly id: string;
  readonly paramsJSON: string | null;
}

function sessionOf(connId: string, sent: Sent[] = []): NodeSession {
  return {
    nodeId: 'phone',
    connId,
    caps: [],
    commands: ['canvas.hide'],
    connectedAtMs: 1,
    send(_event, payload) {
      sent.push(JSON.parse(JSON.stringify(payload)));
    },
  };
}

it.each([
  [{ payload: { a: 1 } }, { payload: { a: 1 }, payloadJSON: null }],
  [{ payloadJSON: '{"a":1}' }, { payload: { a: 1 }, payloadJSON: '{"a":1}' }],
  [{ payloadJSON: 'not json' }, { payload: { payloadJSON: 'not json' }, payloadJSON: 'not json' }],
  [{}, { payload: undefined, payloadJSON: null }],
])('answers %j as the contract shows it', async (result, expected) => {
  const sent: Sent[] = [];
  const registry = createNodeRegistry({ clock: systemClock });
  registry.join(sessionOf('c1', sent));
  const outcome = registry.invoke({ nodeId: 'phone', command: 'canvas.hide' });
  expect(sent[0]?.paramsJSON).toBeNull();
  const id = sent[0]?.id ?? '';
  expect(registry.settle({ id, nodeId: 'other', ok: true })).toBe(false);
  expect(registry.settle({ id, nodeId: 'phone', ok: true, ...result })).toBe(true);
  expect(await outcome).toEqual({ kind: 'answered', ...expected });
  expect(registry.settle({ id, nodeId: 'phone', ok: true })).toBe(false);
});

it('keeps the new connection when the old one of the same node closes', async () => {
  const registry = createNodeRegistry({ clock: systemClock });
  const leaveOld = registry.join(sessionOf('old'));
  const lost = registry.invoke({ nodeId: 'phone', command: 'canvas.hide' });
  const leaveNew = registry.join(sessionOf('new'));
  expect(await lost).toEqual({ kind: 'disconnected' });
  leaveOld();
  expect(registry.get('phone')?.connId).toBe('new');
  leaveNew();
  expect(await registry.invoke({ nodeId: 'phone', command: 'canvas.hide' })).toEqual({ kind: 'not connected' });
});

it('ends an invocation with its time, and refuses more than a node can have open', async () => {
  const registry = createNodeRegistry({ clock: systemClock });
  registry.join(sessionOf('c1'));
  expect(await registry.invoke({ nodeId: 'phone', command: 'x', timeoutMs: 1 })).toEqual({ kind: 'timed out' });
  const open = Array.from({ length: 256 }, () => registry.invoke({ nodeId: 'phone', command: 'x' }));
  expect(await registry.invoke({ nodeId: 'phone', command: 'x' })).toEqual({ kind: 'busy' });
  registry.close();
  expect(new Set((await Promise.all(open)).map(({ kind }) => kind))).toEqual(new Set(['disconnected']));
});

it.each([
  [{ payloadJSON: null, error: null, ok: true }, { ok: true }],
  [{ payloadJSON: { a: 1 } }, { payload: { a: 1 } }],
  [{ payloadJSON: '{}' }, { payloadJSON: '{}' }],
  ['text', 'text'],
])('puts %j right', (given, expected) => {
  expect(normaliseResult(given)).toEqual(expected);
});
