import type { NodePairing, NodeSession, Nodes } from '@chela/nodes';
import type { Clock, Logger } from '@chela/observability';
import type { Peer } from '../auth/peer.ts';
import type { Broadcast } from '../broadcast.ts';
import type { Admission } from '../connection/authenticate.ts';

/** Lets connections with the role node take their place among the nodes (reference nodes/nodes.md §1). */
export interface NodeDoor {
  /** The returned function is for the end of the connection. */
  enter(connId: string, admission: Admission, peer: Peer): () => void;
}

export function createNodeDoor(deps: {
  readonly nodes: Nodes;
  readonly pairing: NodePairing;
  readonly broadcast: Broadcast;
  readonly clock: Clock;
  readonly logger: Logger;
}): NodeDoor {
  const { nodes, pairing, broadcast, clock, logger } = deps;

  function sessionOf(connId: string, { params, deviceId }: Admission, peer: Peer): NodeSession {
    const { client, caps, commands, permissions, pathEnv } = params;
    const { displayName, deviceFamily, modelIdentifier } = client;
    return {
      nodeId: deviceId ?? client.id,
      connId,
      ...(displayName !== undefined && { displayName }),
      platform: client.platform,
      version: client.version,
      ...(deviceFamily !== undefined && { deviceFamily }),
      ...(modelIdentifier !== undefined && { modelIdentifier }),
      ...(peer.shownIp !== undefined && { remoteIp: peer.shownIp }),
      caps: caps ?? [],
      commands: commands ?? [],
      ...(permissions && { permissions }),
      ...(pathEnv !== undefined && { pathEnv }),
      connectedAtMs: clock.now(),
      send: (event, payload) => broadcast.sendTo([connId], event, payload),
    };
  }

  return {
    enter(connId, admission, peer) {
      if (admission.role !== 'node') return () => {};
      const session = sessionOf(connId, admission, peer);
      const { instanceId } = admission.params.client;
      pairing.connected([session.nodeId, ...(instanceId === undefined ? [] : [instanceId])]).catch((error: unknown) => {
        logger.warn('the time of a node connection could not be stored', { nodeId: session.nodeId, error });
      });
      return nodes.join(session);
    },
  };
}
