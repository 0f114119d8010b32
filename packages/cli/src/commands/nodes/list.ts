import { parseDuration } from '@chela/automation';
import type { CliContext } from '../../context.ts';
import { formatAge } from '../../format.ts';
import { arrayAt, flagAt, numberAt, textAt } from '../../json-reader.ts';
import { boxTable } from '../../table.ts';
import type { TargetedFlags } from '../../tree/target-flags.ts';
import { findNodeId, type NodeFlags, withNodesGateway } from './node-desk.ts';

interface ListFlags extends TargetedFlags {
  readonly connected?: boolean;
  /** Such as `24h`: only nodes that were connected within it. */
  readonly lastConnected?: string;
}

/** `nodes status`: every known node and whether it is connected (reference cli/samples/nodes-status-json). */
export async function nodesStatus(context: CliContext, flags: ListFlags): Promise<void> {
  const wanted = filterOf(flags, context.now());
  const answer = await withNodesGateway(context, 'nodes status', flags, (session) => session.request('node.list', {}));
  const nodes = arrayAt(answer, 'nodes').filter(wanted);
  const { output } = context;
  if (flags.json) return output.json({ ts: numberAt(answer, 'ts'), nodes });
  const paired = nodes.filter((node) => flagAt(node, 'paired')).length;
  const connected = nodes.filter((node) => flagAt(node, 'connected')).length;
  output.line(`Known: ${nodes.length} · Paired: ${paired} · Connected: ${connected}`);
  if (nodes.length === 0) return;
  const rows = nodes.map((node) => [
    textAt(node, 'displayName') ?? '',
    textAt(node, 'nodeId') ?? '',
    textAt(node, 'remoteIp') ?? '',
    stateText(node, context.now()),
    arrayAt(node, 'caps').map(String).join(', '),
  ]);
  for (const line of boxTable(['Node', 'ID', 'IP', 'Status', 'Caps'], rows, output.columns)) output.line(line);
}

/** `nodes describe`. */
export async function nodesDescribe(context: CliContext, flags: NodeFlags): Promise<void> {
  const node = await withNodesGateway(context, 'nodes describe', flags, async (session) =>
    session.request('node.describe', { nodeId: await findNodeId(session, flags.node) }),
  );
  const { output } = context;
  if (flags.json) return output.json(node);
  const fields = [
    ['ID', textAt(node, 'nodeId')],
    ['Name', textAt(node, 'displayName')],
    ['Platform', textAt(node, 'platform')],
    ['Model', textAt(node, 'modelIdentifier')],
    ['Version', textAt(node, 'version')],
    ['IP', textAt(node, 'remoteIp')],
    ['Status', stateText(node, context.now())],
    ['Caps', arrayAt(node, 'caps').map(String).join(', ')],
  ].flatMap(([name = '', value]) => (value ? [[name, value]] : []));
  for (const line of boxTable(['Field', 'Value'], fields, output.columns)) output.line(line);
  const commands = arrayAt(node, 'commands').map(String);
  output.line('');
  output.line(commands.length === 0 ? 'It offers no commands.' : 'Commands:');
  for (const command of commands) output.line(`- ${command}`);
}

/** `nodes list`: requests that wait and nodes that are paired by the older way (reference nodes/nodes.md §3). */
export async function nodesList(context: CliContext, flags: ListFlags): Promise<void> {
  const wanted = filterOf(flags, context.now());
  const isNarrowed = flags.connected === true || flags.lastConnected !== undefined;
  const { pairs, known } = await withNodesGateway(context, 'nodes list', flags, async (session) => ({
    pairs: await session.request('node.pair.list', {}),
    known: isNarrowed ? arrayAt(await session.request('node.list', {}), 'nodes').filter(wanted) : [],
  }));
  const ids = new Set(known.map((node) => textAt(node, 'nodeId')));
  const pending = arrayAt(pairs, 'pending');
  const paired = arrayAt(pairs, 'paired').filter((node) => !isNarrowed || ids.has(textAt(node, 'nodeId')));
  const { output } = context;
  if (flags.json) return output.json({ pending, paired });
  output.line(`Pending: ${pending.length} · Paired: ${paired.length}`);
  printPending(context, pending);
  if (paired.length === 0) return;
  output.line('');
  const rows = paired.map((node) => [
    textAt(node, 'displayName') ?? '',
    textAt(node, 'nodeId') ?? '',
    textAt(node, 'remoteIp') ?? '',
    ageText(numberAt(node, 'lastConnectedAtMs'), context.now()),
  ]);
  for (const line of boxTable(['Node', 'ID', 'IP', 'Last connected'], rows, output.columns)) output.line(line);
}

/** `nodes pending`. */
export async function nodesPending(context: CliContext, flags: TargetedFlags): Promise<void> {
  const answer = await withNodesGateway(context, 'nodes pending', flags, (session) =>
    session.request('node.pair.list', {}),
  );
  const pending = arrayAt(answer, 'pending');
  if (flags.json) return context.output.json(pending);
  if (pending.length === 0) return context.output.line('No pairing request waits.');
  printPending(context, pending);
}

function printPending({ output, now }: CliContext, pending: readonly unknown[]): void {
  if (pending.length === 0) return;
  output.line('');
  const rows = pending.map((request) => [
    textAt(request, 'requestId') ?? '',
    textAt(request, 'displayName') ?? textAt(request, 'nodeId') ?? '',
    textAt(request, 'remoteIp') ?? '',
    ageText(numberAt(request, 'ts'), now()),
  ]);
  for (const line of boxTable(['Request', 'Node', 'IP', 'Asked'], rows, output.columns)) output.line(line);
}

function stateText(node: unknown, now: number): string {
  const connectedAt = numberAt(node, 'connectedAtMs');
  const link = flagAt(node, 'connected')
    ? `connected${connectedAt === undefined ? '' : ` (${formatAge(now - connectedAt)})`}`
    : 'not connected';
  return `${flagAt(node, 'paired') ? 'paired' : 'not paired'} · ${link}`;
}

const ageText = (at: number | undefined, now: number): string => (at === undefined ? '' : formatAge(now - at));

function filterOf(flags: ListFlags, now: number): (node: unknown) => boolean {
  const spanMs = flags.lastConnected === undefined ? undefined : parseDuration(flags.lastConnected);
  return (node) => {
    if (flags.connected && !flagAt(node, 'connected')) return false;
    if (spanMs === undefined) return true;
    const at = numberAt(node, 'connectedAtMs') ?? numberAt(node, 'lastConnectedAtMs');
    return at !== undefined && now - at <= spanMs;
  };
}
