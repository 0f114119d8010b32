import { randomUUID } from 'node:crypto';
import { commandText } from '@chela/nodes';
import type { NodeRoom } from '@chela/tools';
import type { NodeServices } from '../node-services.ts';
import { AGENT_CALLER } from './approval-room.ts';

/** The nodes as agents' tools may use them: under the same command policy and approvals as operators. */
export function createNodeRoom({ nodes, nodePairing }: NodeServices): NodeRoom {
  return {
    list: () => nodes.list(),
    invoke: (request) =>
      nodes.invoke({ ...request, idempotencyKey: randomUUID() }, { connId: AGENT_CALLER, deviceId: undefined }),
    approvalsFile: (nodeId) => nodes.execApprovals(nodeId, 'get', {}),
    commandText,
    pairing: () => nodePairing.list(),
    async approve(requestId) {
      const node = await nodePairing.approve(requestId);
      return node && { requestId, node };
    },
    async reject(requestId) {
      const request = await nodePairing.reject(requestId);
      return request && { requestId, nodeId: request.nodeId };
    },
  };
}
