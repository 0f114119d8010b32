import type { Config, ConfigService } from '@chela/config';
import { type DevicePairing, pairedNodes } from '@chela/gateway';
import {
  createNodePairing,
  createNodeRegistry,
  createNodes,
  type NodePairing,
  type NodeRegistry,
  type Nodes,
} from '@chela/nodes';
import type { Clock, KnownSecrets, Logger } from '@chela/observability';
import type { ApprovalDesk } from '@chela/tools';
import { guardedNodePairing } from './secrets/guarded-pairing.ts';

export interface NodeServices {
  readonly nodes: Nodes;
  readonly nodeRegistry: NodeRegistry;
  readonly nodePairing: NodePairing;
}

const names = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];

/** `gateway.nodes` of the configuration. */
function commandSettings(config: Config): { allowCommands: readonly string[]; denyCommands: readonly string[] } {
  const value = config.gateway?.nodes;
  const fields: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  return { allowCommands: names(fields.allowCommands), denyCommands: names(fields.denyCommands) };
}

/** The node services, over paired devices and approvals. */
export function createNodeServices(deps: {
  readonly config: ConfigService;
  readonly devices: DevicePairing;
  readonly approvals: ApprovalDesk;
  readonly secrets: KnownSecrets;
  readonly clock: Clock;
  readonly logger: Logger;
}): NodeServices {
  const { config, devices, approvals, secrets, clock, logger } = deps;
  const { stateDir } = config.paths;
  const nodeRegistry = createNodeRegistry({ clock });
  const nodes = createNodes({
    registry: nodeRegistry,
    paired: () => pairedNodes(devices),
    settings: () => commandSettings(config.current()),
    approvals: {
      async find(id) {
        const row = await approvals.find(id);
        return row && { ...row, used: row.state === 'used' };
      },
      claim: (id) => approvals.claim(id),
    },
    clock,
  });
  const nodePairing = guardedNodePairing(createNodePairing({ stateDir, clock, logger }), secrets);
  return { nodes, nodeRegistry, nodePairing };
}
