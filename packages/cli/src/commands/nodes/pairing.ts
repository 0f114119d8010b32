import type { CliContext } from '../../context.ts';
import type { TargetedFlags } from '../../tree/target-flags.ts';
import { findNodeId, type NodeFlags, withNodesGateway } from './node-desk.ts';

/** `nodes approve`: answers with the node and its token. */
export async function nodesApprove(context: CliContext, requestId: string, flags: TargetedFlags): Promise<void> {
  const answer = await withNodesGateway(context, 'nodes approve', flags, (session) =>
    session.request('node.pair.approve', { requestId }),
  );
  context.output.json(answer);
}

/** `nodes reject`. */
export async function nodesReject(context: CliContext, requestId: string, flags: TargetedFlags): Promise<void> {
  const answer = await withNodesGateway(context, 'nodes reject', flags, (session) =>
    session.request('node.pair.reject', { requestId }),
  );
  context.output.json(answer);
}

/** `nodes rename`: only nodes paired by the older way have a name to change (reference nodes/nodes.md §3). */
export async function nodesRename(context: CliContext, flags: NodeFlags & { readonly name: string }): Promise<void> {
  const answer = await withNodesGateway(context, 'nodes rename', flags, async (session) =>
    session.request('node.rename', {
      nodeId: await findNodeId(session, flags.node),
      displayName: flags.name,
    }),
  );
  if (flags.json) return context.output.json(answer);
  context.output.line(`Renamed to ${flags.name}.`);
}
