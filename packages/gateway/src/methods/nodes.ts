import { normaliseResult } from '@chela/nodes';
import { invalidRequest } from '@chela/protocol';
import type { MethodFamily } from '../method.ts';
import { createNodeEvents } from '../nodes/node-events.ts';
import { createRowBuilder } from './row.ts';

/** Nodes: who they are, what they are asked, what they answer and tell (reference nodes/nodes.md §5–7). */
export const nodeMethods: MethodFamily = (services) => {
  const { nodes, nodeRegistry, clock } = services;
  const { row } = createRowBuilder();
  const nodeEvents = createNodeEvents(services);
  return [
    row({
      name: 'node.list',
      params: 'NodeListParams',
      handle: async () => ({ ts: clock.now(), nodes: await nodes.list() }),
    }),
    row({
      name: 'node.describe',
      params: 'NodeDescribeParams',
      async handle({ nodeId }) {
        const id = nodeId.trim();
        if (id === '') throw invalidRequest('nodeId required');
        const node = await nodes.describe(id);
        if (!node) throw invalidRequest('unknown nodeId');
        return { ts: clock.now(), ...node };
      },
    }),
    row({
      name: 'node.invoke',
      params: 'NodeInvokeParams',
      handle: (params, { caller }) => nodes.invoke(params, { connId: caller.connId, deviceId: caller.deviceId }),
    }),
    {
      ...row({
        name: 'node.invoke.result',
        params: 'NodeInvokeResultParams',
        handle(params, { caller }) {
          if (params.nodeId !== (caller.deviceId ?? caller.client.id)) throw invalidRequest('nodeId mismatch');
          return nodeRegistry.settle(params) ? { ok: true } : { ok: true, ignored: true };
        },
      }),
      normalise: normaliseResult,
    },
    row({
      name: 'node.event',
      params: 'NodeEventParams',
      async handle(params, { caller }) {
        await nodeEvents.take(caller.deviceId ?? caller.client.id, params);
        return { ok: true };
      },
    }),
    row({
      name: 'exec.approvals.node.get',
      params: 'ExecApprovalsNodeGetParams',
      handle: ({ nodeId }) => nodes.execApprovals(requiredId(nodeId), 'get', {}),
    }),
    row({
      name: 'exec.approvals.node.set',
      params: 'ExecApprovalsNodeSetParams',
      handle: ({ nodeId, ...change }) => nodes.execApprovals(requiredId(nodeId), 'set', change),
    }),
  ];
};

function requiredId(nodeId: string): string {
  const id = nodeId.trim();
  if (id === '') throw invalidRequest('nodeId required');
  return id;
}
