import { invalidRequest } from '@chela/protocol';
import type { MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

/** The pairing store of early nodes (reference nodes/nodes.md §3). */
export const nodePairingMethods: MethodFamily = ({ nodePairing, broadcast, clock }) => {
  const { row } = createRowBuilder();
  const announce = (requestId: string, nodeId: string, decision: 'approved' | 'rejected'): void =>
    broadcast.send('node.pair.resolved', { requestId, nodeId, decision, ts: clock.now() }, { dropIfSlow: true });

  return [
    row({
      name: 'node.pair.request',
      params: 'NodePairRequestParams',
      async handle(params) {
        const { request, created } = await nodePairing.request(params);
        if (created) broadcast.send('node.pair.requested', request, { dropIfSlow: true });
        return { status: 'pending', request, created };
      },
    }),
    row({ name: 'node.pair.list', params: 'NodePairListParams', handle: () => nodePairing.list() }),
    row({
      name: 'node.pair.approve',
      params: 'NodePairApproveParams',
      async handle({ requestId }) {
        const node = await nodePairing.approve(requestId);
        if (!node) throw invalidRequest('unknown requestId');
        announce(requestId, node.nodeId, 'approved');
        return { requestId, node };
      },
    }),
    row({
      name: 'node.pair.reject',
      params: 'NodePairRejectParams',
      async handle({ requestId }) {
        const request = await nodePairing.reject(requestId);
        if (!request) throw invalidRequest('unknown requestId');
        announce(requestId, request.nodeId, 'rejected');
        return { requestId, nodeId: request.nodeId };
      },
    }),
    row({
      name: 'node.pair.verify',
      params: 'NodePairVerifyParams',
      async handle({ nodeId, token }) {
        const node = await nodePairing.verify(nodeId, token);
        return node ? { ok: true, node } : { ok: false };
      },
    }),
    row({
      name: 'node.rename',
      params: 'NodeRenameParams',
      async handle(params) {
        const displayName = params.displayName.trim();
        if (displayName === '') throw invalidRequest('displayName required');
        const node = await nodePairing.rename(params.nodeId.trim(), displayName);
        if (!node) throw invalidRequest('unknown nodeId');
        return { nodeId: node.nodeId, displayName };
      },
    }),
  ];
};
