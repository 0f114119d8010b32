import { optionalFlag, optionalNumber, optionalText, type ToolArguments, textList } from '../call/arguments.ts';
import type { CallContext } from '../call/call-context.ts';
import { errorMessage } from '../call/tool-input-error.ts';
import type { ApprovalRoom } from '../rooms/approvals.ts';
import type { NodeFacts, NodeRoom } from '../rooms/nodes.ts';

const INVOKE_TIMEOUT_MS = 30_000;
const NEEDS_APPROVAL = 'SYSTEM_RUN_DENIED: approval required';

function environment(pairs: readonly string[]): Readonly<Record<string, string>> | undefined {
  const entries = pairs.flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at), pair.slice(at + 1)]] : [];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Runs a command on a node; when the node wants a person's word for it, asks and repeats it with that word (reference nodes/nodes.md §11). */
export async function runOnNode(
  deps: { readonly room: NodeRoom; readonly approvals: ApprovalRoom | undefined },
  node: NodeFacts,
  args: ToolArguments,
  context: CallContext,
): Promise<unknown> {
  const { room, approvals } = deps;
  if (!node.commands.includes('system.run')) {
    throw new Error('system.run requires a companion app or node host; the selected node does not support system.run.');
  }
  const command = textList(args, 'command');
  if (command.length === 0) throw new Error('command required (argv array, e.g. ["echo", "Hello"])');
  const cwd = optionalText(args, 'cwd');
  const env = environment(textList(args, 'env'));
  const timeoutMs = optionalNumber(args, 'commandTimeoutMs');
  const needsScreenRecording = optionalFlag(args, 'needsScreenRecording');
  const { agentId, sessionKey, signal } = context;
  const params = {
    command,
    ...(cwd !== undefined && { cwd }),
    ...(env && { env }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(needsScreenRecording !== undefined && { needsScreenRecording }),
    agentId,
    sessionKey,
  };
  const request = {
    nodeId: node.nodeId,
    command: 'system.run',
    timeoutMs: optionalNumber(args, 'invokeTimeoutMs') ?? INVOKE_TIMEOUT_MS,
  };
  const first = await room.invoke({ ...request, params }).then(
    ({ payload }) => ({ payload }),
    (error: unknown) => {
      if (approvals === undefined || !errorMessage(error).includes(NEEDS_APPROVAL)) throw error;
      return undefined;
    },
  );
  if (first || !approvals) return first?.payload;

  const pending = await approvals.request({
    command: room.commandText(command),
    cwd: cwd ?? null,
    host: 'node',
    security: null,
    ask: null,
    agentId,
    sessionKey,
    resolvedPath: null,
  });
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const decision = await Promise.race([pending.decision, aborted.promise]).finally(() =>
    signal.removeEventListener('abort', onAbort),
  );
  if (decision === undefined) throw new Error('exec denied: approval timed out');
  if (decision === 'deny') throw new Error('exec denied: user denied');
  const word = { runId: pending.id, approved: true, approvalDecision: decision };
  return (await room.invoke({ ...request, params: { ...params, ...word } })).payload;
}
