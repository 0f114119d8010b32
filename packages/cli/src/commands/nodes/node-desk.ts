import { findNode } from '@chela/tools';
import type { CliContext } from '../../context.ts';
import { named } from '../../failure-lines.ts';
import { type GatewaySession, withGateway } from '../../gateway-call.ts';
import { resolveTarget } from '../../gateway-target.ts';
import { arrayAt, flagAt, recordAt, textAt } from '../../json-reader.ts';
import { loadConfig } from '../../loaded-config.ts';
import { numberFlag } from '../../number-flag.ts';
import type { TargetedFlags } from '../../tree/target-flags.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

export interface NodeFlags extends TargetedFlags {
  /** Id, name, address, or the beginning of an id. */
  readonly node: string;
  /** Milliseconds the node has to answer; the gateway's own limit when left out. */
  readonly invokeTimeout?: string;
}

/** One node over one connection. */
export interface NodeDesk {
  readonly nodeId: string;
  readonly session: GatewaySession;
  /** The node's answer as the gateway hands it on: `{ok, nodeId, command, payload, payloadJSON}`. */
  invoke(command: string, params?: Readonly<Record<string, unknown>>, idempotencyKey?: string): Promise<unknown>;
}

/** Opens a connection for a command of the `nodes` family; failures carry the command's name. */
export function withNodesGateway<T>(
  context: CliContext,
  command: string,
  flags: TargetedFlags,
  use: (session: GatewaySession) => Promise<T>,
): Promise<T> {
  return named(command, async () => {
    const target = resolveTarget(context, await loadConfig(context), flags);
    return withGateway(context, target, { timeoutMs: numberFlag(flags.timeout, DEFAULT_TIMEOUT_MS) }, use);
  });
}

/** Finds the node that `--node` means and hands it over. */
export function withNode<T>(
  context: CliContext,
  command: string,
  flags: NodeFlags,
  use: (desk: NodeDesk) => Promise<T>,
): Promise<T> {
  return withNodesGateway(context, command, flags, async (session) => {
    const nodeId = await findNodeId(session, flags.node);
    const timeoutMs = flags.invokeTimeout === undefined ? undefined : numberFlag(flags.invokeTimeout, 0);
    return use({
      nodeId,
      session,
      invoke: (wanted, params, idempotencyKey = crypto.randomUUID()) =>
        session.request('node.invoke', {
          nodeId,
          command: wanted,
          ...(params !== undefined && { params }),
          ...(timeoutMs !== undefined && timeoutMs > 0 && { timeoutMs }),
          idempotencyKey,
        }),
    });
  });
}

export async function findNodeId(session: GatewaySession, reference: string): Promise<string> {
  const listed = arrayAt(await session.request('node.list', {}), 'nodes');
  const nodes = listed.flatMap((row) => {
    const nodeId = textAt(row, 'nodeId');
    if (nodeId === undefined) return [];
    const displayName = textAt(row, 'displayName');
    const remoteIp = textAt(row, 'remoteIp');
    const names = { ...(displayName !== undefined && { displayName }), ...(remoteIp !== undefined && { remoteIp }) };
    return [{ nodeId, ...names, caps: [], commands: [], connected: flagAt(row, 'connected') }];
  });
  return findNode(nodes, reference).nodeId;
}

export function payloadOf(answer: unknown): Record<string, unknown> {
  return recordAt(answer, 'payload');
}
