import type { Clock } from '@chela/observability';
import { invalidRequest, type ProtocolError, unavailable } from '@chela/protocol';
import { allowedCommands, commandRefusal, type NodeCommandSettings } from './command-policy.ts';
import { type ListedNode, listNodes, type PairedNode } from './node-list.ts';
import type { InvokeOutcome, InvokeRequest, NodeRegistry, NodeSession } from './node-registry.ts';
import { checkSystemRun, type RunApproval, type RunCaller } from './system-run.ts';

/** The answer of `node.invoke`. */
export interface InvokeAnswer {
  readonly ok: true;
  readonly nodeId: string;
  readonly command: string;
  readonly payload?: unknown;
  readonly payloadJSON: string | null;
}

/** Nodes as operators and tools use them. Errors are the contract's, ready for a client (reference nodes/nodes.md §4–6). */
export interface Nodes {
  list(): Promise<readonly ListedNode[]>;
  /** Undefined for an id that is neither paired nor connected. */
  describe(nodeId: string): Promise<ListedNode | undefined>;
  invoke(request: InvokeRequest, caller: RunCaller): Promise<InvokeAnswer>;
  /** Asks for one of the commands that `invoke` refuses (`system.execApprovals.*`); returns the node's payload. */
  execApprovals(nodeId: string, command: 'get' | 'set', params: unknown): Promise<unknown>;
  /** Connects a node; commands its platform may not be asked for are dropped. The returned function undoes it. */
  join(session: NodeSession): () => void;
}

export interface NodesDeps {
  readonly registry: NodeRegistry;
  readonly paired: () => Promise<readonly PairedNode[]>;
  readonly settings: () => NodeCommandSettings;
  readonly approvals: {
    find(id: string): Promise<RunApproval | undefined>;
    /** False when the approval was acted on before. */
    claim(id: string): Promise<boolean>;
  };
  readonly clock: Clock;
}

export function createNodes(deps: NodesDeps): Nodes {
  const { registry, approvals } = deps;
  const list = async (): Promise<readonly ListedNode[]> => listNodes(await deps.paired(), registry.list());

  async function forwarded({ command, params }: InvokeRequest, caller: RunCaller): Promise<unknown> {
    if (command !== 'system.run') return params;
    const check = await checkSystemRun(params, caller, { now: deps.clock.now(), find: approvals.find });
    if (!check.ok) throw invalidRequest(check.message, check.details);
    if (check.claim !== undefined && !(await approvals.claim(check.claim))) {
      throw invalidRequest('unknown or expired approval id', { code: 'UNKNOWN_APPROVAL_ID', runId: check.claim });
    }
    return check.params;
  }

  return {
    list,
    describe: async (nodeId) => (await list()).find((node) => node.nodeId === nodeId),
    async invoke(request, caller) {
      const nodeId = request.nodeId.trim();
      const command = request.command.trim();
      if (nodeId === '' || command === '') throw invalidRequest('nodeId and command required');
      if (command.startsWith('system.execApprovals.')) {
        const message = 'node.invoke does not allow system.execApprovals.*; use exec.approvals.node.*';
        throw invalidRequest(message, { command });
      }
      const session = registry.get(nodeId);
      if (!session) throw unavailable('node not connected', { details: { code: 'NOT_CONNECTED' } });
      const reason = commandRefusal(command, allowedCommands(session, deps.settings()), session.commands);
      if (reason !== undefined) throw invalidRequest('node command not allowed', { reason, command });
      const params = await forwarded({ ...request, command }, caller);
      const outcome = await registry.invoke({ ...request, nodeId, command, params });
      if (outcome.kind !== 'answered') throw failure(outcome, command);
      const { payload, payloadJSON } = outcome;
      return { ok: true, nodeId, command, ...(payload !== undefined && { payload }), payloadJSON };
    },
    async execApprovals(nodeId, command, params) {
      const name = `system.execApprovals.${command}`;
      const outcome = await registry.invoke({ nodeId, command: name, params });
      if (outcome.kind === 'answered') return outcome.payload;
      if (outcome.kind !== 'not connected') throw failure(outcome, name);
      const nodeError = { code: 'NOT_CONNECTED', message: 'node not connected' };
      throw unavailable('node not connected', { details: { nodeError } });
    },
    join(session) {
      const allowed = allowedCommands(session, deps.settings());
      return registry.join({ ...session, commands: session.commands.filter((command) => allowed.has(command)) });
    },
  };
}

function failure(outcome: Exclude<InvokeOutcome, { kind: 'answered' }>, command: string): ProtocolError {
  switch (outcome.kind) {
    case 'failed':
      return unavailable(outcome.error?.message ?? 'node invoke failed', {
        details: { nodeError: outcome.error ?? null },
      });
    case 'timed out': {
      const message = 'node invoke timed out';
      return unavailable(message, { details: { nodeError: { code: 'TIMEOUT', message } } });
    }
    case 'disconnected':
      return unavailable(`Error: node disconnected (${command})`);
    case 'not connected':
      return unavailable('node not connected', { details: { code: 'NOT_CONNECTED' } });
    case 'busy':
      return unavailable('node has too many unanswered requests', { details: { code: 'BUSY' } });
  }
}
