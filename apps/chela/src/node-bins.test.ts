import type { NodeRegistry, NodeSession } from '@chela/nodes';
import { describe, expect, it } from 'vitest';
import { createNodeBins } from './node-bins.ts';

function node(changes: Partial<NodeSession> = {}): NodeSession {
  return {
    nodeId: 'mac',
    connId: 'c1',
    platform: 'macOS 15.1',
    caps: [],
    commands: ['system.run', 'system.which'],
    connectedAtMs: 1,
    send: () => {},
    ...changes,
  };
}

function open(nodes: readonly NodeSession[], answer: unknown) {
  const asked: Parameters<NodeRegistry['invoke']>[0][] = [];
  const facts = createNodeBins({
    list: () => nodes,
    invoke: async (request) => {
      asked.push(request);
      return { kind: 'answered', payload: answer, payloadJSON: null };
    },
  });
  return { asked, facts };
}

describe('programs of connected nodes', () => {
  it('count once the node has answered, and are asked for once', async () => {
    const { asked, facts } = open([node()], { bins: { memo: '/opt/memo' } });
    expect(facts(['memo', 'grep'])).toEqual({ platforms: ['darwin'], bins: new Set() });
    await Promise.resolve();
    expect(facts(['memo', 'grep'])).toEqual({ platforms: ['darwin'], bins: new Set(['memo']) });
    facts(['memo', 'new']);
    expect(asked.map(({ command, params }) => [command, params])).toEqual([
      ['system.which', { bins: ['memo', 'grep'] }],
      ['system.which', { bins: ['new'] }],
    ]);
  });

  it.each([
    ['another platform', node({ platform: 'android' })],
    ['no system.run', node({ commands: ['system.which'] })],
  ])('of a node with %s do not', (_what, session) => {
    const { asked, facts } = open([session], {});
    expect([facts(['memo']), asked]).toEqual([undefined, []]);
  });

  it.each([[undefined], ['text'], [{ bins: 7 }]])('an answer like %o brings none', async (answer) => {
    const { facts } = open([node()], answer);
    facts(['memo']);
    await Promise.resolve();
    expect(facts(['memo'])?.bins).toEqual(new Set());
  });
});
