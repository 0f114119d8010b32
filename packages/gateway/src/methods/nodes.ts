import { invalidRequest } from '@chela/protocol';
import type { MethodFamily } from '../method.ts';
import { createRowBuilder } from './row.ts';

/**
 * What a gateway without a node registry can say truthfully: nothing was paired in the legacy store, and no invocation
 * waits for a result. Devices paired with the role node are listed, never as connected.
 */
export const nodeMethods: MethodFamily = ({ devices, clock }) => {
  const { row } = createRowBuilder();
  return [
    row({ name: 'node.pair.list', params: 'NodePairListParams', handle: () => ({ pending: [], paired: [] }) }),
    row({
      name: 'node.list',
      params: 'NodeListParams',
      async handle() {
        const { paired } = await devices.list();
        const nodes = paired.filter(({ role, roles }) => role === 'node' || roles?.includes('node') === true);
        return { ts: clock.now(), nodes: nodes.map(shownNode).toSorted(byName) };
      },
    }),
    row({
      name: 'node.invoke.result',
      params: 'NodeInvokeResultParams',
      handle({ nodeId }, { caller }) {
        if (nodeId !== (caller.deviceId ?? caller.client.id)) throw invalidRequest('nodeId mismatch');
        return { ok: true, ignored: true };
      },
    }),
    row({ name: 'node.event', params: 'NodeEventParams', handle: () => ({ ok: true }) }),
    row({ name: 'skills.bins', params: 'SkillsBinsParams', handle: () => ({ bins: [] }) }),
  ];
};

interface ShownNode {
  readonly nodeId: string;
  readonly displayName?: string;
}

function shownNode(device: {
  deviceId: string;
  displayName?: string;
  platform?: string;
  remoteIp?: string;
}): ShownNode {
  const { deviceId, displayName, platform, remoteIp } = device;
  return {
    nodeId: deviceId,
    ...(displayName !== undefined && { displayName }),
    ...(platform !== undefined && { platform }),
    ...(remoteIp !== undefined && { remoteIp }),
    ...{ caps: [], commands: [], paired: true, connected: false },
  };
}

function byName(a: ShownNode, b: ShownNode): number {
  return (a.displayName ?? a.nodeId).localeCompare(b.displayName ?? b.nodeId);
}
